using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Access;

/// <summary>
/// Who is a member of the session's org, in which role. Changes act in the next statement of whoever they concern.
/// </summary>
public sealed partial class MemberDirectory
{
    readonly SessionTransport _session;

    internal MemberDirectory(SessionTransport session) => _session = session;

    /// <summary>Gives a member a role, or another one.</summary>
    /// <param name="member">The member; need not have had a role before.</param>
    /// <param name="role">The role, at most the caller's own.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the caller may not manage members, or not any more; <c>CI0006</c> the role, present or wanted, is
    /// above the caller's, or the last owner would go.
    /// </exception>
    public Task SetRoleAsync(MemberId member, OrgRole role, CancellationToken cancellationToken = default)
    {
        if (!Enum.IsDefined(role))
            throw new ArgumentOutOfRangeException(nameof(role));
        return SetAsync(member, role.ToString().ToLowerInvariant(), cancellationToken);
    }

    /// <summary>Takes a member's role away; their next statement is refused.</summary>
    /// <param name="member">The member. One without a role stays without.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException"><c>CI0005</c>, <c>CI0006</c> as for <see cref="SetRoleAsync"/>.</exception>
    public Task RevokeAsync(MemberId member, CancellationToken cancellationToken = default) =>
        SetAsync(member, null, cancellationToken);

    /// <summary>
    /// Hands the org over: makes another member an owner and the calling owner an admin, in one step.
    /// </summary>
    /// <param name="member">Another member of the org, in any role.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>Other owners, if there are any, stay owners.</remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the caller is no owner; <c>CI0006</c> the other one has no role in the org, or is the caller.
    /// </exception>
    public Task TransferOwnershipAsync(MemberId member, CancellationToken cancellationToken = default)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.transfer_ownership($1)").With(
            member.Value
        );
        return _session.ExecuteAsync(command, cancellationToken);
    }

    /// <summary>The members the caller may see: all for those who manage members, oneself otherwise.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    public async Task<IReadOnlyDictionary<MemberId, OrgRole>> ListAsync(CancellationToken cancellationToken = default)
    {
        NpgsqlBatchCommand command = new("select member_id, role from callintel.read_members()");
        return (
            await _session
                .ListAsync(
                    command,
                    r => (Member: new MemberId(r.GetGuid(0)), Role: (OrgRole)r.GetInt16(1)),
                    cancellationToken
                )
                .ConfigureAwait(false)
        ).ToDictionary(row => row.Member, row => row.Role);
    }

    Task SetAsync(MemberId member, string? role, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.set_member_role($1, $2)").With(
            member.Value,
            role
        );
        return _session.ExecuteAsync(command, cancellationToken);
    }
}
