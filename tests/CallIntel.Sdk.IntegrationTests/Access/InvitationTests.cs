using CallIntel.Sdk.Access;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Access;

public sealed class InvitationTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly TimeSpan Week = TimeSpan.FromDays(7);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    CallIntelDataSource Source => fixture.Database.DataSource;

    [Fact]
    public async Task Inviting_to_an_unknown_role_and_to_a_too_powerful_role_give_different_errors()
    {
        foreach ((string role, string said) in new[] { ("king", "no such role"), ("admin", "roles below their own") })
        {
            await using SessionTransaction admin = await SessionTransaction.BeginAsync(
                fixture.Database,
                fixture.Own.As(OrgRole.Admin)
            );
            PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() =>
                admin.RunAsync("select callintel.invite_member($1, sha256(''), '1 day')", role)
            );
            Assert.Equal("CI006", refused.SqlState);
            Assert.Contains(said, refused.MessageText, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sha256('')", "'59 seconds'")]
    [InlineData("sha256('')", "'31 days'")]
    [InlineData("sha256('')", "null")]
    [InlineData("'\\x00'", "'1 day'")]
    public async Task The_database_applies_the_same_invitation_limits_as_the_SDK(string digest, string lifetime)
    {
        await using SessionTransaction admin = await SessionTransaction.BeginAsync(
            fixture.Database,
            fixture.Own.As(OrgRole.Admin)
        );
        Assert.Equal(
            "CI197",
            await admin.WriteAsync($"select callintel.invite_member('viewer', {digest}, {lifetime})")
        );
    }

    [Fact]
    public async Task An_invitation_token_makes_its_bearer_a_member_exactly_once()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("inviting", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IssuedInvitation invitation = await admin.Members.InviteAsync(OrgRole.Analyst, Week, Cancellation);
        Assert.DoesNotContain(invitation.Token, invitation.ToString(), StringComparison.Ordinal);
        Assert.Equal(InvitationState.Open, Assert.Single(await admin.Members.ListInvitationsAsync(Cancellation)).State);

        MemberId member = new(NewId());
        Assert.Equal(
            (org.Id, OrgRole.Analyst),
            await Source.AcceptInvitationAsync(invitation.Token, member, Cancellation)
        );
        await using OrgSession session = await Source.OpenSessionAsync(new OrgIdentity(org.Id, member), Cancellation);
        Assert.Equal(OrgRole.Analyst, (await session.Members.ListAsync(Cancellation))[member]);

        await RefusedAsync(ErrorCodes.InvitationRefused, () =>
            Source.AcceptInvitationAsync(invitation.Token, new MemberId(NewId()), Cancellation)
        );
        Invitation accepted = Assert.Single(await admin.Members.ListInvitationsAsync(Cancellation));
        Assert.Equal((InvitationState.Accepted, member), (accepted.State, accepted.AcceptedBy!.Value));
        Assert.False(await admin.Members.RevokeInvitationAsync(invitation.Id, Cancellation));
        Assert.Equal(
            "invite, accept",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action, ', ' order by occurred_at) from callintel_private.audit_log
                 where org_id = $1 and op = 0 and object = 'invitations'
                """,
                org.Id.Value
            )
        );

        // what is stored opens nothing
        byte[] digest = await ScalarAsync<byte[]>(
            fixture.Database,
            "select token_digest from callintel_private.invitations where org_id = $1",
            org.Id.Value
        );
        byte[] made = [.. org.Id.Value.ToByteArray(bigEndian: true), .. digest];
        await RefusedAsync(ErrorCodes.InvitationRefused, () =>
            Source.AcceptInvitationAsync(
                System.Buffers.Text.Base64Url.EncodeToString(made),
                new MemberId(NewId()),
                Cancellation
            )
        );
    }

    [Fact]
    public async Task Members_invite_only_to_lower_roles_and_never_to_owner()
    {
        foreach (OrgRole inviter in Enum.GetValues<OrgRole>())
        {
            await using OrgSession session = await fixture.Own.OpenSessionAsync(inviter, Cancellation);
            foreach (OrgRole offered in Enum.GetValues<OrgRole>())
            {
                if (inviter >= OrgRole.Admin && offered < inviter)
                    Assert.Equal(offered, (await session.Members.InviteAsync(offered, Week, Cancellation)).Role);
                else
                    await RefusedAsync(
                        inviter < OrgRole.Admin ? ErrorCodes.NotAllowed : ErrorCodes.RoleChangeRefused,
                        () => session.Members.InviteAsync(offered, Week, Cancellation)
                    );
            }
            if (inviter < OrgRole.Admin)
                Assert.Empty(await session.Members.ListInvitationsAsync(Cancellation));
        }
        await using OrgSession owner = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            owner.Members.InviteAsync(OrgRole.Viewer, TimeSpan.FromDays(31), Cancellation)
        );
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            owner.Members.InviteAsync((OrgRole)45, Week, Cancellation)
        );
        // not even whoever owns the table stores one for an owner
        await using NpgsqlCommand forged = fixture.Database.Admin.CreateCommand(
            """
            insert into callintel_private.invitations (org_id, id, role, token_digest, invited_by, expires_at)
            values ($1, $1, 50, sha256('x'), $1, now() + interval '1 day')
            """
        );
        forged.Parameters.Add(new NpgsqlParameter { Value = fixture.Own.Id.Value });
        Assert.Equal(
            PostgresErrorCodes.CheckViolation,
            (await Assert.ThrowsAsync<PostgresException>(() => forged.ExecuteNonQueryAsync(Cancellation))).SqlState
        );
    }

    [Fact]
    public async Task An_invitation_becomes_permanently_invalid_when_its_inviter_loses_the_permission()
    {
        foreach (OrgRole? fallen in new OrgRole?[] { OrgRole.Analyst, OrgRole.Admin, null })
        {
            TestOrg org = await fixture.Database.CreateOrgAsync("void", Cancellation);
            await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
            MemberId second = new(NewId());
            await owner.Members.SetRoleAsync(second, OrgRole.Owner, Cancellation);
            await using OrgSession inviter = await Source.OpenSessionAsync(
                new OrgIdentity(org.Id, second),
                Cancellation
            );
            IssuedInvitation toAdmin = await inviter.Members.InviteAsync(OrgRole.Admin, Week, Cancellation);
            IssuedInvitation toViewer = await inviter.Members.InviteAsync(OrgRole.Viewer, Week, Cancellation);

            await (
                fallen is { } role
                    ? owner.Members.SetRoleAsync(second, role, Cancellation)
                    : owner.Members.RevokeAsync(second, Cancellation)
            );
            await RefusedAsync(ErrorCodes.InvitationRefused, () =>
                Source.AcceptInvitationAsync(toAdmin.Token, new MemberId(NewId()), Cancellation)
            );
            await owner.Members.SetRoleAsync(second, OrgRole.Owner, Cancellation);
            await RefusedAsync(ErrorCodes.InvitationRefused, () =>
                Source.AcceptInvitationAsync(toAdmin.Token, new MemberId(NewId()), Cancellation)
            );
            if (fallen is OrgRole.Admin)
                Assert.Equal(
                    OrgRole.Viewer,
                    (await Source.AcceptInvitationAsync(toViewer.Token, new MemberId(NewId()), Cancellation)).Role
                );
            else
                await RefusedAsync(ErrorCodes.InvitationRefused, () =>
                    Source.AcceptInvitationAsync(toViewer.Token, new MemberId(NewId()), Cancellation)
                );
        }
    }

    [Fact]
    public async Task Revoked_expired_altered_and_foreign_tokens_are_rejected_with_the_same_error()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IssuedInvitation revoked = await admin.Members.InviteAsync(OrgRole.Viewer, Week, Cancellation);
        Assert.False(await foreign.Members.RevokeInvitationAsync(revoked.Id, Cancellation));
        Assert.True(await admin.Members.RevokeInvitationAsync(revoked.Id, Cancellation));
        IssuedInvitation expired = await admin.Members.InviteAsync(OrgRole.Viewer, Week, Cancellation);
        await using (
            NpgsqlCommand age = fixture.Database.Admin.CreateCommand(
                "update callintel_private.invitations set expires_at = now() - interval '1 second' where id = $1"
            )
        )
        {
            age.Parameters.Add(new NpgsqlParameter { Value = expired.Id });
            Assert.Equal(1, await age.ExecuteNonQueryAsync(Cancellation));
        }
        IssuedInvitation open = await admin.Members.InviteAsync(OrgRole.Viewer, Week, Cancellation);
        byte[] moved = System.Buffers.Text.Base64Url.DecodeFromChars(open.Token);
        fixture.Foreign.Id.Value.TryWriteBytes(moved, bigEndian: true, out _);

        HashSet<string> messages = [];
        foreach (
            string token in new[]
            {
                revoked.Token,
                expired.Token,
                System.Buffers.Text.Base64Url.EncodeToString(moved),
                open.Token[..^1] + (open.Token[^1] == 'A' ? 'B' : 'A'),
                open.Token[..^4],
                open.Token + "AAAA",
                "",
                "no token at all",
                new string('ü', open.Token.Length),
            }
        )
            messages.Add(
                (
                    await RefusedAsync(ErrorCodes.InvitationRefused, () =>
                        Source.AcceptInvitationAsync(token, new MemberId(NewId()), Cancellation)
                    )
                ).Message
            );
        Assert.Single(messages);
        Assert.Equal(
            OrgRole.Viewer,
            (await Source.AcceptInvitationAsync(open.Token, new MemberId(NewId()), Cancellation)).Role
        );
    }

    [Fact]
    public async Task Accepting_an_invitation_as_an_existing_member_changes_neither_the_role_nor_the_invitation()
    {
        await using OrgSession owner = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IssuedInvitation invitation = await owner.Members.InviteAsync(OrgRole.Admin, Week, Cancellation);
        await RefusedAsync(ErrorCodes.AlreadyMember, () =>
            Source.AcceptInvitationAsync(invitation.Token, fixture.Own.Members[OrgRole.Viewer], Cancellation)
        );
        Assert.Equal(
            OrgRole.Viewer,
            (await owner.Members.ListAsync(Cancellation))[fixture.Own.Members[OrgRole.Viewer]]
        );
        Assert.Equal(
            InvitationState.Open,
            (await owner.Members.ListInvitationsAsync(Cancellation)).Single(i => i.Id == invitation.Id).State
        );
    }

    [Fact]
    public async Task When_many_accept_one_invitation_concurrently_exactly_one_becomes_a_member()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("race", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IssuedInvitation invitation = await owner.Members.InviteAsync(OrgRole.Member, Week, Cancellation);
        string[] outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(async _ =>
                {
                    try
                    {
                        await Source.AcceptInvitationAsync(invitation.Token, new MemberId(NewId()), Cancellation);
                        return "in";
                    }
                    catch (CallIntelException e)
                    {
                        return e.Code;
                    }
                })
        );
        Assert.Single(outcomes, "in");
        Assert.Equal(11, outcomes.Count(o => o == ErrorCodes.InvitationRefused));
        Assert.Equal(1 + Enum.GetValues<OrgRole>().Length, (await owner.Members.ListAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task Injected_SQL_cannot_write_invitations_or_accept_one_with_a_session_token()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IssuedInvitation invitation = await admin.Members.InviteAsync(OrgRole.Viewer, Week, Cancellation);
        const string Columns = "org_id, id, role, invited_by, expires_at";
        foreach (
            string sql in new[]
            {
                "update callintel.invitations set role = 40 returning 1",
                "select token_digest from callintel.invitations",
                "delete from callintel.invitations returning 1",
                $"""
                    insert into callintel.invitations ({Columns})
                    select {Columns} from callintel.invitations returning 1
                    """,
            }
        )
        {
            // the view has no such column, and cannot be written to; the table is out of reach
            await RefusedAsync(ErrorCodes.DatabaseError, () =>
                admin.QueryAsync(sql, _ => 1, cancellationToken: Cancellation).ToListAsync(Cancellation).AsTask()
            );
            string table = sql.Replace("callintel.", "callintel_private.", StringComparison.Ordinal);
            await RefusedAsync(ErrorCodes.NotAllowed, () =>
                admin.QueryAsync(table, _ => 1, cancellationToken: Cancellation).ToListAsync(Cancellation).AsTask()
            );
        }

        byte[] token = (byte[])admin.Transport.BeginCommand().Parameters[0].Value!;
        byte[] secret = System.Buffers.Text.Base64Url.DecodeFromChars(invitation.Token);
        await RefusedAsync(ErrorCodes.NotAllowed, () =>
            admin
                .QueryAsync(
                    "select callintel.accept_invitation($1, $2)",
                    _ => 1,
                    [token, secret],
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
                .AsTask()
        );
        token[^1] ^= 1;
        await RefusedAsync(ErrorCodes.TokenRefused, () =>
            admin
                .QueryAsync(
                    "select callintel.accept_invitation($1, $2)",
                    _ => 1,
                    [token, secret],
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
                .AsTask()
        );
    }
}
