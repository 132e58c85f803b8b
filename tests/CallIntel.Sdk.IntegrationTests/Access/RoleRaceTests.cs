using System.Data;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Tests concurrent changes of roles: an owner always remains, and no member acts with a role that was revoked while
/// they waited.
/// </summary>
public sealed class RoleRaceTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Revoke = "select callintel.set_member_role($1, null)";
    const string Owners = "select count(*) from callintel_private.org_roles where org_id = $1 and role = 50";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_two_owners_remove_each_other_concurrently_one_remains()
    {
        for (int round = 0; round < 10; round++)
        {
            (TestOrg org, OrgIdentity[] owners) = await TwoOwnersAsync();
            string[] outcomes = await Task.WhenAll(
                owners.Select(
                    async (owner, i) =>
                    {
                        await using OrgSession session = await fixture.Database.DataSource.OpenSessionAsync(
                            owner,
                            Cancellation
                        );
                        try
                        {
                            await session.Members.RevokeAsync(owners[1 - i].Member, Cancellation);
                            return "done";
                        }
                        catch (CallIntelException e)
                        {
                            return e.Code;
                        }
                    }
                )
            );
            Assert.Single(outcomes, "done");
            Assert.Contains(
                outcomes.Single(o => o != "done"),
                (string[])[ErrorCodes.NotAllowed, ErrorCodes.NotAMember]
            );
            Assert.Equal(1L, await ScalarAsync<long>(fixture.Database, Owners, org.Id.Value));
        }
    }

    [Theory]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.Serializable)]
    public async Task A_transaction_with_an_old_snapshot_cannot_remove_the_last_owner(IsolationLevel isolation)
    {
        (TestOrg org, OrgIdentity[] owners) = await TwoOwnersAsync();
        await using SessionTransaction first = await SessionTransaction.BeginAsync(
            fixture.Database,
            owners[0],
            isolation
        );
        await using SessionTransaction second = await SessionTransaction.BeginAsync(
            fixture.Database,
            owners[1],
            isolation
        );
        await second.RunAsync("select count(*) from callintel.orgs");
        await first.RunAsync(Revoke, owners[1].Member.Value);
        await first.CommitAsync();
        PostgresException error = await Assert.ThrowsAsync<PostgresException>(() =>
            second.RunAsync(Revoke, owners[0].Member.Value)
        );
        Assert.Equal(PostgresErrorCodes.SerializationFailure, error.SqlState);
        Assert.Equal(1L, await ScalarAsync<long>(fixture.Database, Owners, org.Id.Value));
    }

    [Theory]
    [InlineData("select callintel.set_member_role($1, 'admin')")]
    [InlineData("select callintel.set_member_role($1, null)")]
    [InlineData("select callintel.set_privacy_rule($1, 0::smallint, '{}', false, false, null)")]
    [InlineData("select callintel.remove_privacy_rule($1)")]
    [InlineData("select callintel.invite_member('viewer', sha256(uuid_send($1)), '1 day')")]
    public async Task A_role_change_fails_when_its_author_is_revoked_while_it_waits(string change)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("waiting", Cancellation);
        await using SessionTransaction owner = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Owner)
        );
        await using SessionTransaction admin = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Admin)
        );
        int backend = (int)(await admin.RunAsync("select pg_backend_pid()"))!;
        await owner.RunAsync(Revoke, org.Members[OrgRole.Admin].Value);
        Task<object?> waiting = admin.RunAsync(change, org.Members[OrgRole.Viewer].Value);
        while (
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from pg_catalog.pg_locks where pid = $1 and not granted",
                backend
            ) == 0
        )
            Assert.False(waiting.IsCompleted, "the change did not wait");
        await owner.CommitAsync();
        Assert.Equal("CI005", (await Assert.ThrowsAsync<PostgresException>(() => waiting)).SqlState);
        Assert.Equal(
            10,
            await ScalarAsync<short>(
                fixture.Database,
                "select role from callintel_private.org_roles where org_id = $1 and member_id = $2",
                org.Id.Value,
                org.Members[OrgRole.Viewer].Value
            )
        );
    }

    [Theory]
    [InlineData("select callintel.set_member_role($1, 'owner')", "CI006")]
    [InlineData("select callintel.transfer_ownership($1)", "CI005")]
    public async Task A_demoted_owner_cannot_add_owners_in_an_open_transaction(string change, string refusal)
    {
        foreach (bool itself in new[] { true, false })
        {
            (TestOrg org, OrgIdentity[] owners) = await TwoOwnersAsync();
            await using SessionTransaction open = await SessionTransaction.BeginAsync(fixture.Database, owners[1]);
            Assert.Equal(1L, await open.RunAsync("select count(*) from callintel.orgs"));
            await using (OrgSession other = await fixture.Database.DataSource.OpenSessionAsync(owners[0], Cancellation))
                await other.Members.SetRoleAsync(owners[1].Member, OrgRole.Admin, Cancellation);

            Guid member = itself ? owners[1].Member.Value : org.Members[OrgRole.Viewer].Value;
            Assert.Equal(
                refusal,
                (await Assert.ThrowsAsync<PostgresException>(() => open.RunAsync(change, member))).SqlState
            );
            Assert.Equal(1L, await ScalarAsync<long>(fixture.Database, Owners, org.Id.Value));
        }
    }

    [Theory]
    [InlineData("select callintel.set_member_role($1, 'admin')")]
    [InlineData("select callintel.set_member_role($1, null)")]
    public async Task A_demoted_owner_cannot_demote_another_owner_in_an_open_transaction(string change)
    {
        (TestOrg org, OrgIdentity[] owners) = await TwoOwnersAsync();
        await using OrgSession other = await fixture.Database.DataSource.OpenSessionAsync(owners[0], Cancellation);
        await other.Members.SetRoleAsync(org.Members[OrgRole.Analyst], OrgRole.Owner, Cancellation);
        await using SessionTransaction open = await SessionTransaction.BeginAsync(fixture.Database, owners[1]);
        await other.Members.SetRoleAsync(owners[1].Member, OrgRole.Admin, Cancellation);

        // another owner would be left, so nothing but the rank refuses it
        Assert.Equal(
            "CI006",
            (
                await Assert.ThrowsAsync<PostgresException>(() =>
                    open.RunAsync(change, org.Members[OrgRole.Analyst].Value)
                )
            ).SqlState
        );
        Assert.Equal(2L, await ScalarAsync<long>(fixture.Database, Owners, org.Id.Value));
    }

    [Fact]
    public async Task Concurrent_grants_and_revocations_leave_an_owner_and_a_consistent_result()
    {
        (TestOrg org, OrgIdentity[] owners) = await TwoOwnersAsync();
        MemberId member = org.Members[OrgRole.Analyst];
        await using OrgSession granting = await fixture.Database.DataSource.OpenSessionAsync(owners[0], Cancellation);
        await using OrgSession revoking = await fixture.Database.DataSource.OpenSessionAsync(owners[1], Cancellation);
        for (int round = 0; round < 10; round++)
            await Task.WhenAll(
                granting.Members.SetRoleAsync(member, OrgRole.Owner, Cancellation),
                revoking.Members.RevokeAsync(member, Cancellation),
                granting.Members.SetRoleAsync(member, OrgRole.Viewer, Cancellation)
            );
        Assert.InRange(await ScalarAsync<long>(fixture.Database, Owners, org.Id.Value), 2, 3);
        Assert.Equal(
            0L,
            await ScalarAsync<long>(
                fixture.Database,
                """
                select count(*) from callintel_private.org_roles r
                 where r.org_id = $1 and r.permissions <> (select p.permissions
                    from callintel_private.role_permissions p where p.role = r.role)
                """,
                org.Id.Value
            )
        );
    }

    async Task<(TestOrg Org, OrgIdentity[] Owners)> TwoOwnersAsync()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("two owners", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Members.SetRoleAsync(org.Members[OrgRole.Admin], OrgRole.Owner, Cancellation);
        return (org, [org.As(OrgRole.Owner), org.As(OrgRole.Admin)]);
    }
}
