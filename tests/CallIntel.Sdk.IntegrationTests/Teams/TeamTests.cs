using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Teams;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Teams;

public sealed class TeamTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_team_can_be_created_renamed_filled_and_deleted()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("teams", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        MemberId anna = org.Members[OrgRole.Member],
            bo = org.Members[OrgRole.Analyst];
        TeamId sales = await admin.Teams.CreateAsync("Sales", Cancellation);
        TeamId support = await admin.Teams.CreateAsync("Support", Cancellation);
        foreach (MemberId member in (MemberId[])[anna, bo, anna])
            await admin.Teams.AddMemberAsync(sales, member, Cancellation);
        await admin.Teams.AddMemberAsync(support, anna, Cancellation);
        await admin.Teams.RenameAsync(sales, "Vertrieb", Cancellation);
        await admin.Teams.RenameAsync(sales, "Vertrieb", Cancellation);

        IReadOnlyList<Team> teams = await admin.Teams.ListAsync(Cancellation);
        Assert.Equal([(support, "Support"), (sales, "Vertrieb")], teams.Select(t => (t.Id, t.Name)));
        Assert.Equal([anna], teams[0].Members);
        Assert.Equal(new[] { anna, bo }.ToHashSet(), teams[1].Members.ToHashSet());

        Assert.True(await admin.Teams.RemoveMemberAsync(sales, bo, Cancellation));
        Assert.False(await admin.Teams.RemoveMemberAsync(sales, bo, Cancellation));
        // a member who leaves the org leaves its teams
        await admin.Members.RevokeAsync(anna, Cancellation);
        Assert.All(await admin.Teams.ListAsync(Cancellation), t => Assert.Empty(t.Members));
        Assert.True(await admin.Teams.DeleteAsync(sales, Cancellation));
        Assert.False(await admin.Teams.DeleteAsync(sales, Cancellation));
        Assert.Equal(support, Assert.Single(await admin.Teams.ListAsync(Cancellation)).Id);
        Assert.Equal(
            "create, create, add, add, add, rename, rename, remove, remove",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action, ', ' order by occurred_at, id)
                  from callintel_private.audit_log where org_id = $1 and op = 0 and object like 'team%'
                """,
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task Teams_are_read_by_roles_that_read_dashboards_and_changed_by_admins()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("roles of teams", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        TeamId team = await owner.Teams.CreateAsync("Team", Cancellation);
        MemberId member = org.Members[OrgRole.Member];
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            Assert.Equal(
                (role, role is OrgRole.Ingester ? 0 : 1),
                (role, (await session.Teams.ListAsync(Cancellation)).Count(t => t.Id == team))
            );
            Func<Task>[] changes =
            [
                () => session.Teams.CreateAsync($"Team of {role}", Cancellation),
                () => session.Teams.RenameAsync(team, "Team", Cancellation),
                () => session.Teams.AddMemberAsync(team, member, Cancellation),
                () => session.Teams.RemoveMemberAsync(team, member, Cancellation),
                () => session.Teams.DeleteAsync(new TeamId(NewId()), Cancellation),
            ];
            foreach (Func<Task> change in changes)
                if (role < OrgRole.Admin)
                    await RefusedAsync(ErrorCodes.NotAllowed, change);
                else
                    await change();
        }
    }

    [Fact]
    public async Task Invalid_names_and_unknown_teams_and_members_are_rejected()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        TeamId team = await admin.Teams.CreateAsync("Team", Cancellation);
        TeamId other = await admin.Teams.CreateAsync("Other", Cancellation);
        foreach (
            string name in (string[])
                ["", " ", "two\nlines", "nul\0", "c1\u0085", "x\u2028y", new string('x', Team.MaxNameLength + 1)]
        )
        {
            await RefusedAsync(ErrorCodes.InvalidName, () => admin.Teams.CreateAsync(name, Cancellation));
            await RefusedAsync(ErrorCodes.InvalidName, () => admin.Teams.RenameAsync(team, name, Cancellation));
            // by the function, as injected SQL would call it
            if (!name.Contains('\0', StringComparison.Ordinal))
                await RefusedAsync(ErrorCodes.InvalidName, () =>
                    admin
                        .QueryAsync("select callintel.create_team($1)", row => 0, [name], default, Cancellation)
                        .CountAsync(Cancellation)
                        .AsTask()
                );
        }
        await RefusedAsync(ErrorCodes.TeamNameTaken, () => admin.Teams.CreateAsync("Team", Cancellation));
        await RefusedAsync(ErrorCodes.TeamNameTaken, () => admin.Teams.RenameAsync(other, "Team", Cancellation));
        await RefusedAsync(ErrorCodes.MemberNotFound, () =>
            admin.Teams.AddMemberAsync(team, fixture.Foreign.Members[OrgRole.Owner], Cancellation)
        );

        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Empty(await foreign.Teams.ListAsync(Cancellation));
        Assert.False(await foreign.Teams.DeleteAsync(team, Cancellation));
        await RefusedAsync(ErrorCodes.TeamNotFound, () => foreign.Teams.RenameAsync(team, "Mine", Cancellation));
        await RefusedAsync(ErrorCodes.TeamNotFound, () =>
            foreign.Teams.AddMemberAsync(team, fixture.Foreign.Members[OrgRole.Owner], Cancellation)
        );
        await foreign.Teams.CreateAsync("Team", Cancellation);
    }
}
