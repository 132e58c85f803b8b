using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Access;

public sealed partial class MemberDirectory
{
    const string ListInvitationsSql =
        "select id, role, invited_by, invited_at, expires_at, accepted_by, accepted_at, revoked_at, is_expired from callintel.read_invitations()";

    /// <summary>
    /// Offers a role to whoever brings the token. The host passes the token on, and takes it to
    /// <see cref="CallIntelDataSource.AcceptInvitationAsync"/>.
    /// </summary>
    /// <param name="role">The role, below the caller's own: nobody invites an equal, and nobody an owner.</param>
    /// <param name="lifetime">How long it can be accepted: one minute to 30 days.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The invitation with its token, which is not stored and cannot be shown again.</returns>
    /// <remarks>
    /// Void, for good, as soon as the caller could not make it any more: because their role is taken, or is not above
    /// the offered one now.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">No such role, or such a lifetime.</exception>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the caller may not manage members; <c>CI0006</c> the role is not below the caller's.
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

    /// <summary>Every invitation of the org, the newest first.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>Empty for roles that do not manage members.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyList<Invitation>> ListInvitationsAsync(CancellationToken cancellationToken = default)
    {
        return await _session
            .ListAsync(new NpgsqlBatchCommand(ListInvitationsSql), ReadInvitation, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Takes an offer back; its token is refused from then on.</summary>
    /// <param name="invitation">The id of the invitation.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>False if there is no such open invitation in the org.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the caller may not manage members.</exception>
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
