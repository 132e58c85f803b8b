using CallIntel.Sdk.Access;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Access;

public sealed class MemberTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_revoked_member_is_rejected_at_the_next_statement_on_every_open_connection()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("revoking", Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        // twice, so that the statements are prepared on each of the connections
        foreach (int _ in new[] { 1, 2 })
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CountAsync(analyst)));
        await using SessionTransaction open = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Analyst)
        );

        await owner.Members.RevokeAsync(org.Members[OrgRole.Analyst], Cancellation);

        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => RefusedAsync(ErrorCodes.NotAMember, () => CountAsync(analyst)))
        );
        // a transaction that was open goes on to its end, as docs/rls.md says
        Assert.Equal(1L, await open.RunAsync("select count(*) from callintel.orgs"));
        await open.CommitAsync();
        await RefusedAsync(ErrorCodes.NotAMember, () => CountAsync(analyst));
    }

    [Fact]
    public async Task A_demotion_takes_effect_in_the_next_statement()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("demoting", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await admin.Members.SetRoleAsync(org.Members[OrgRole.Viewer], OrgRole.Analyst, Cancellation);
        await owner.Members.SetRoleAsync(org.Members[OrgRole.Admin], OrgRole.Viewer, Cancellation);
        await RefusedAsync(ErrorCodes.NotAllowed, () =>
            admin.Members.SetRoleAsync(org.Members[OrgRole.Viewer], OrgRole.Viewer, Cancellation)
        );
        Assert.Equal(OrgRole.Viewer, Assert.Single(await admin.Members.ListAsync(Cancellation)).Value);
    }

    [Fact]
    public async Task A_demoted_member_cannot_change_roles_in_a_transaction_opened_before()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("open", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        foreach (OrgRole? next in new OrgRole?[] { OrgRole.Viewer, null })
        {
            await owner.Members.SetRoleAsync(org.Members[OrgRole.Admin], OrgRole.Admin, Cancellation);
            await using SessionTransaction open = await SessionTransaction.BeginAsync(
                fixture.Database,
                org.As(OrgRole.Admin)
            );
            if (next is { } lower)
                await owner.Members.SetRoleAsync(org.Members[OrgRole.Admin], lower, Cancellation);
            else
                await owner.Members.RevokeAsync(org.Members[OrgRole.Admin], Cancellation);
            // nor by a role in another org
            await ScalarAsync<object?>(
                fixture.Database,
                """
                insert into callintel_private.org_roles (org_id, member_id, role, granted_by) values ($1, $2, 50, $2)
                on conflict do nothing returning null::text
                """,
                fixture.Foreign.Id.Value,
                org.Members[OrgRole.Admin].Value
            );
            Assert.Equal(
                "CI005",
                await open.WriteAsync($"select callintel.set_member_role('{org.Members[OrgRole.Viewer]}', 'admin')")
            );
        }
    }

    [Fact]
    public async Task An_existing_org_cannot_be_created_again_by_another_member()
    {
        CallIntelDataSource source = fixture.Database.DataSource;
        Assert.False(
            await source.CreateOrgAsync(fixture.Own.Id, "again", fixture.Own.Members[OrgRole.Owner], Cancellation)
        );
        await RefusedAsync(ErrorCodes.RoleChangeRefused, () =>
            source.CreateOrgAsync(fixture.Own.Id, "mine", new MemberId(NewId()), Cancellation)
        );
        await RefusedAsync(ErrorCodes.RoleChangeRefused, () =>
            source.CreateOrgAsync(fixture.Own.Id, "mine", fixture.Own.Members[OrgRole.Admin], Cancellation)
        );
    }

    [Fact]
    public async Task Members_cannot_grant_or_revoke_roles_above_their_own()
    {
        OrgRole[] roles = Enum.GetValues<OrgRole>();
        foreach (OrgRole caller in roles)
        foreach (OrgRole target in roles)
        foreach (OrgRole? wanted in roles.Cast<OrgRole?>().Append(null))
        {
            await using SessionTransaction attempt = await SessionTransaction.BeginAsync(
                fixture.Database,
                fixture.Own.As(caller)
            );
            string outcome = "done";
            try
            {
                await attempt.RunAsync(
                    "select callintel.set_member_role($1, $2)",
                    fixture.Own.Members[target].Value,
                    (object?)wanted?.ToString().ToLowerInvariant() ?? DBNull.Value
                );
            }
            catch (Npgsql.PostgresException e)
            {
                outcome = e.SqlState;
            }
            string expected =
                caller < OrgRole.Admin ? "CI005"
                : target > caller || wanted > caller ? "CI006"
                : target is OrgRole.Owner && wanted is not OrgRole.Owner ? "CI006" // the only one
                : "done";
            Assert.Equal((caller, target, wanted, expected), (caller, target, wanted, outcome));
        }
    }

    [Fact]
    public async Task Ownership_is_transferred_in_one_step()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("handing over", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        MemberId heir = org.Members[OrgRole.Analyst];
        IssuedInvitation toAdmin = await owner.Members.InviteAsync(OrgRole.Admin, TimeSpan.FromDays(1), Cancellation);
        await RefusedAsync(ErrorCodes.NotAllowed, () => admin.Members.TransferOwnershipAsync(heir, Cancellation));
        await RefusedAsync(ErrorCodes.RoleChangeRefused, () =>
            owner.Members.TransferOwnershipAsync(org.Members[OrgRole.Owner], Cancellation)
        );
        await RefusedAsync(ErrorCodes.RoleChangeRefused, () =>
            owner.Members.TransferOwnershipAsync(fixture.Foreign.Members[OrgRole.Owner], Cancellation)
        );

        await owner.Members.TransferOwnershipAsync(heir, Cancellation);

        IReadOnlyDictionary<MemberId, OrgRole> members = await owner.Members.ListAsync(Cancellation);
        Assert.Equal((OrgRole.Owner, OrgRole.Admin), (members[heir], members[org.Members[OrgRole.Owner]]));
        Assert.Equal(heir, Assert.Single(members, m => m.Value is OrgRole.Owner).Key);
        await RefusedAsync(ErrorCodes.NotAllowed, () => owner.Members.TransferOwnershipAsync(heir, Cancellation));
        await RefusedAsync(ErrorCodes.InvitationRefused, () =>
            fixture.Database.DataSource.AcceptInvitationAsync(toAdmin.Token, new MemberId(NewId()), Cancellation)
        );
        Assert.Equal(
            1L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.audit_log where org_id = $1 and action = 'transfer'",
                org.Id.Value
            )
        );
    }

    static Task<int> CountAsync(OrgSession session) =>
        session
            .QueryAsync(
                "select 1 from callintel.orgs, pg_sleep(0.05)",
                row => row.GetInt32(0),
                cancellationToken: Cancellation
            )
            .CountAsync(Cancellation)
            .AsTask();
}
