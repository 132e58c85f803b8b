using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Access;

/// <summary>
/// Manages the members of the session's org, their roles and their names. A change of a role takes effect in the next
/// statement of the member.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed partial class MemberDirectory
{
    readonly SessionTransport _session;
    readonly OrgEncryption _encryption;

    internal MemberDirectory(SessionTransport session, OrgEncryption encryption) =>
        (_session, _encryption) = (session, encryption);

    /// <summary>Sets the role of a member, replacing any role the member has.</summary>
    /// <param name="member">The member. May be new to the org.</param>
    /// <param name="role">The role. It must not be above the caller's own role.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the caller's role does not include <c>ManageMembers</c>; <c>CI0006</c> the current or new role of
    /// the member is above the caller's role, or the org would lose its last owner.
    /// </exception>
    public Task SetRoleAsync(MemberId member, OrgRole role, CancellationToken cancellationToken = default)
    {
        if (!Enum.IsDefined(role))
            throw new ArgumentOutOfRangeException(nameof(role));
        return SetAsync(member, role.ToString().ToLowerInvariant(), cancellationToken);
    }

    /// <summary>Revokes the role of a member. The member's next statement is refused.</summary>
    /// <param name="member">The member. Has no effect if the member has no role.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">The same codes as <see cref="SetRoleAsync"/>.</exception>
    public Task RevokeAsync(MemberId member, CancellationToken cancellationToken = default) =>
        SetAsync(member, null, cancellationToken);

    /// <summary>
    /// Transfers ownership of the org: makes another member an owner and the calling owner an admin, in one
    /// transaction.
    /// </summary>
    /// <param name="member">Another member of the org, with any role.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>Other owners remain owners.</remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the caller is not an owner; <c>CI0006</c> the other member has no role in the org or is the
    /// caller.
    /// </exception>
    public Task TransferOwnershipAsync(MemberId member, CancellationToken cancellationToken = default)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.transfer_ownership($1)").With(
            member.Value
        );
        return _session.ExecuteAsync(command, cancellationToken);
    }

    /// <summary>
    /// Lists the members and their roles: all members if the caller's role includes <c>ManageMembers</c>, otherwise
    /// only the caller. <see cref="ListProfilesAsync"/> also returns their names.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
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
