using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Teams;

/// <summary>
/// Manages the teams of the session's org. A member can belong to several teams, and leaves all of them when the role
/// in the org is revoked. The audit log records every change.
/// </summary>
/// <remarks>
/// Thread-safe. Changes require <see cref="Permission.ManageMembers"/>, reading requires
/// <see cref="Permission.ReadDashboards"/>.
/// </remarks>
public sealed class TeamDirectory
{
    readonly SessionTransport _session;

    internal TeamDirectory(SessionTransport session) => _session = session;

    /// <summary>Creates a team without members.</summary>
    /// <param name="name">The name, stored unchanged.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The id of the team.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0151</c> the name is blank, longer than <see cref="Team.MaxNameLength"/>, or contains control characters or
    /// unpaired surrogates; <c>CI0263</c> another team has the name; <c>CI0005</c> the role does not include the
    /// permission.
    /// </exception>
    public async Task<TeamId> CreateAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        NameText.ThrowIfInvalid(name);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.create_team($1)").With(name);
        return new TeamId(await _session.ScalarAsync<Guid>(command, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Changes the name of a team.</summary>
    /// <param name="team">The team.</param>
    /// <param name="name">The new name, stored unchanged.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0262</c> the org has no such team; otherwise the same codes as <see cref="CreateAsync"/>.
    /// </exception>
    public async Task RenameAsync(TeamId team, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        NameText.ThrowIfInvalid(name);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.rename_team($1, $2)").With(
            team.Value,
            name
        );
        await _session.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a team. Its members stay members of the org.</summary>
    /// <param name="team">The team.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if the org has no such team.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public Task<bool> DeleteAsync(TeamId team, CancellationToken cancellationToken = default) =>
        _session.ScalarAsync<bool>(
            new NpgsqlBatchCommand("select callintel.delete_team($1)").With(team.Value),
            cancellationToken
        );

    /// <summary>Adds a member to a team. Adding a member again has no effect.</summary>
    /// <param name="team">The team.</param>
    /// <param name="member">The member.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include the permission; <c>CI0262</c> the org has no such team; <c>CI0261</c>
    /// the member has no role in the org.
    /// </exception>
    public Task AddMemberAsync(TeamId team, MemberId member, CancellationToken cancellationToken = default) =>
        _session.ExecuteAsync(
            new NpgsqlBatchCommand("select callintel.add_team_member($1, $2)").With(team.Value, member.Value),
            cancellationToken
        );

    /// <summary>Removes a member from a team.</summary>
    /// <param name="team">The team.</param>
    /// <param name="member">The member.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if the member did not belong to the team.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public Task<bool> RemoveMemberAsync(TeamId team, MemberId member, CancellationToken cancellationToken = default) =>
        _session.ScalarAsync<bool>(
            new NpgsqlBatchCommand("select callintel.remove_team_member($1, $2)").With(team.Value, member.Value),
            cancellationToken
        );

    /// <summary>Lists the teams with their members, by name.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The teams; empty if the caller may not read dashboards.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyList<Team>> ListAsync(CancellationToken cancellationToken = default) =>
        await _session
            .ListAsync(
                new NpgsqlBatchCommand("select team_id, name, members from callintel.read_teams()"),
                row => new Team(
                    new TeamId(row.GetGuid(0)),
                    row.GetString(1),
                    [.. row.GetFieldValue<Guid[]>(2).Select(m => new MemberId(m))]
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
}
