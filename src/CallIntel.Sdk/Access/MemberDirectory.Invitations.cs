using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Access;

public sealed partial class MemberDirectory
{
    const string ListInvitationsSql =
        "select id, role, invited_by, invited_at, expires_at, accepted_by, accepted_at, revoked_at, is_expired"
        + " from callintel.read_invitations()";

    /// <summary>
    /// Creates an invitation to join the org with a role. The application delivers the token to the invited person and
    /// passes it to <see cref="CallIntelDataSource.AcceptInvitationAsync"/>.
    /// </summary>
    /// <param name="role">The role to offer. It must be below the caller's own role, and it cannot be Owner.</param>
    /// <param name="lifetime">How long the invitation can be accepted: one minute to 30 days.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The invitation with its token. The token is not stored and cannot be retrieved again.</returns>
    /// <remarks>
    /// The invitation becomes void permanently as soon as the caller could no longer create it, because the caller's
    /// role was revoked or is no longer above the offered role.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The role or the lifetime is invalid.</exception>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the caller's role does not include <c>ManageMembers</c>; <c>CI0006</c> the offered role is not
    /// below the caller's role.
    /// </exception>
    public async Task<IssuedInvitation> InviteAsync(
        OrgRole role,
        TimeSpan lifetime,
        CancellationToken cancellationToken = default
    )
    {
        if (!Enum.IsDefined(role))
            throw new ArgumentOutOfRangeException(nameof(role));
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromMinutes(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, TimeSpan.FromDays(30));
        InvitationToken token = InvitationToken.Draw(_session.Identity.Org);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(
            "select i.id, i.expires_at from callintel.invite_member($1, $2, $3) i"
        ).With(role.ToString().ToLowerInvariant(), token.Digest(), lifetime);
        return (
            await _session
                .ListAsync(
                    command,
                    row => new IssuedInvitation(row.GetGuid(0), role, row.GetFieldValue<DateTimeOffset>(1), token.Text),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];
    }

    /// <summary>Lists all invitations of the org, the newest first.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The invitations; empty if the member's role does not include <c>ManageMembers</c>.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyList<Invitation>> ListInvitationsAsync(CancellationToken cancellationToken = default)
    {
        return await _session
            .ListAsync(new NpgsqlBatchCommand(ListInvitationsSql), ReadInvitation, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Revokes an invitation. Its token can no longer be used.</summary>
    /// <param name="invitation">The id of the invitation.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if the org has no open invitation with this id.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c>: the caller's role does not include <c>ManageMembers</c>.
    /// </exception>
    public async Task<bool> RevokeInvitationAsync(Guid invitation, CancellationToken cancellationToken = default)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.revoke_invitation($1)").With(invitation);
        return (await _session.ListAsync(command, row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false))[
            0
        ];
    }

    static Invitation ReadInvitation(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            (OrgRole)row.GetInt16(1),
            new MemberId(row.GetGuid(2)),
            row.GetFieldValue<DateTimeOffset>(3),
            row.GetFieldValue<DateTimeOffset>(4),
            row.IsDBNull(5) ? null : new MemberId(row.GetGuid(5)),
            !row.IsDBNull(6) ? InvitationState.Accepted
                : !row.IsDBNull(7) ? InvitationState.Revoked
                : row.GetBoolean(8) ? InvitationState.Expired
                : InvitationState.Open
        );
}
