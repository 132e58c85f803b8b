using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Access;

// lines, names of members, teams and business hours
public sealed partial class TwinOrgTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task No_function_changes_lines_teams_names_or_hours_of_another_org_with_the_same_ids(bool held) =>
        OnAsync(held, async () =>
        {
            await SeedDirectoryAsync();
            string before = await TwinAsync();
            foreach ((string sql, string expected) in DirectoryCalls())
                Assert.Equal((sql, expected), (sql, await RunAsync(OrgRole.Owner, sql)));
            Assert.Equal(before, await TwinAsync());
        });

    (string Sql, string Expected)[] DirectoryCalls()
    {
        const string Envelope = SampleKeys.Envelope,
            Line = "md5('twinline0')::uuid",
            Team = "md5('twinteam0')::uuid",
            TheirLine = "md5('their line')::uuid",
            TheirTeam = "md5('their team')::uuid",
            TheirKey = "'\\xc10100'::bytea || sha256('theirs') || decode(repeat('00', 28), 'hex')";
        string stranger = $"'{Twin.Members[OrgRole.Owner]}'",
            viewer = $"'{Own.Members[OrgRole.Viewer]}'",
            admin = $"'{Own.Members[OrgRole.Admin]}'",
            owner = $"'{Own.Members[OrgRole.Owner]}'";
        return
        [
            ("select count(*) || ' ' || count(number) from callintel.read_lines()", "1 1"),
            ("select count(display_name) from callintel.read_member_profiles()", "2"),
            ("select count(*) from callintel.read_member_profiles()", "6"),
            ("select string_agg(cardinality(members)::text, ' ') from callintel.read_teams()", "1"),
            ("select zone is null from callintel.read_business_hours()", "True"),
            ("select opens::text || days_closed::text from callintel.read_business_hours()", "{540}{2026-12-25}"),
            // stored there alone
            ($"select callintel.assign_line({TheirLine}, null)", "CI260"),
            ($"select callintel.rename_line({TheirLine}, null)", "CI260"),
            ($"select callintel.retire_line({TheirLine})", "CI260"),
            ($"select callintel.rename_team({TheirTeam}, 'renamed')", "CI262"),
            ($"select callintel.delete_team({TheirTeam})", "False"),
            ($"select callintel.add_team_member({TheirTeam}, {viewer})", "CI262"),
            ($"select callintel.remove_team_member({TheirTeam}, {admin})", "False"),
            ($"select callintel.set_member_name({owner}, null)", "False"),
            // members of the twin alone
            ($"select callintel.add_line({Line}, {Envelope}, {stranger}, null)", "CI261"),
            ($"select callintel.assign_line({Line}, {stranger})", "CI261"),
            ($"select callintel.add_team_member({Team}, {stranger})", "CI261"),
            ($"select callintel.set_member_name({stranger}, {Envelope})", "CI261"),
            // encrypted under a key that only the twin has
            ($"select callintel.add_line({Line}, {TheirKey}, null, null)", "CI128"),
            ($"select callintel.add_line({Line}, {Envelope}, null, {TheirKey})", "CI128"),
            ($"select callintel.rename_line({Line}, {TheirKey})", "CI128"),
            ($"select callintel.set_member_name({viewer}, {TheirKey})", "CI128"),
            // in both
            ($"select callintel.add_line({Line}, {Envelope}, null, null)", "False"),
            ($"select callintel.assign_line({Line}, {viewer})", ""),
            ($"select callintel.rename_line({Line}, {SampleKeys.OtherEnvelope})", ""),
            ($"select callintel.retire_line({Line})", ""),
            ($"select callintel.add_line({TheirLine}, {Envelope}, null, {Envelope})", "True"),
            ("select count(*) || ' ' || count(retired_at) from callintel.read_lines()", "2 1"),
            ($"select callintel.set_member_name({viewer}, {Envelope})", "True"),
            ($"select callintel.set_member_name({owner}, {Envelope})", "True"),
            ("select count(display_name) from callintel.read_member_profiles()", "4"),
            ($"select callintel.set_member_name({owner}, null)", "True"),
            ("select callintel.create_team('theirs') is not null", "True"),
            ($"select callintel.remove_team_member({Team}, {admin})", "False"),
            ($"select callintel.add_team_member({Team}, {viewer})", ""),
            ($"select callintel.rename_team({Team}, 'renamed')", ""),
            (
                "select string_agg(name || ' ' || cardinality(members), ', ') from callintel.read_teams()",
                "renamed 2, theirs 0"
            ),
            ("select callintel.set_business_hours('Europe/Copenhagen', '{2}', '{0}', '{60}', '{}')", ""),
            (
                "select zone || weekdays::text || days_closed::text from callintel.read_business_hours()",
                "Europe/Copenhagen{2}{}"
            ),
            // the viewer of the own org has a role, a line and a team in the twin
            ($"select callintel.set_member_role({viewer}, null)", ""),
            ("select count(member_id) from callintel.read_lines()", "0"),
            (
                "select string_agg(name || ' ' || cardinality(members), ', ') from callintel.read_teams()",
                "renamed 1, theirs 0"
            ),
            ("select count(*) from callintel.read_member_profiles() where role is null", "1"),
            ($"select callintel.delete_team({Team})", "True"),
        ];
    }

    async Task SeedDirectoryAsync() =>
        await AdminAsync(
            $"""
            insert into callintel_private.org_roles (org_id, member_id, role, granted_by)
            select '{Twin.Id}', m, 20, m
              from unnest(array['{Own.Members[OrgRole.Viewer]}', '{Own.Members[OrgRole.Admin]}']::uuid[]) m;
            insert into callintel_private.lines (org_id, line_id, member_id)
            values ('{Twin.Id}', md5('their line')::uuid, '{Own.Members[OrgRole.Viewer]}'),
                   ('{Twin.Id}', md5('another line')::uuid, null);
            insert into callintel_private.line_profiles (org_id, line_id, number)
            select '{Twin.Id}', md5('their line')::uuid, {SampleKeys.Envelope};
            insert into callintel_private.member_profiles (org_id, member_id, display_name)
            select '{Twin.Id}', m, {SampleKeys.Envelope}
              from unnest(array['{Own.Members[OrgRole.Viewer]}', '{Own.Members[OrgRole.Owner]}']::uuid[]) m;
            insert into callintel_private.teams (org_id, team_id, name)
            values ('{Twin.Id}', md5('their team')::uuid, 'theirs'),
                   ('{Twin.Id}', md5('renamed')::uuid, 'renamed');
            insert into callintel_private.team_members (org_id, team_id, member_id)
            select '{Twin.Id}', t, m
              from unnest(array[md5('their team')::uuid, md5('twinteam0')::uuid]) t,
                   unnest(array['{Own.Members[OrgRole.Viewer]}', '{Own.Members[OrgRole.Admin]}']::uuid[]) m;
            insert into callintel_private.business_hours (org_id, weekday, opens, closes)
            values ('{Twin.Id}', 2, '00:00', '24:00');
            insert into callintel_private.holidays (org_id, day) values ('{Twin.Id}', '2027-01-01');
            update callintel_private.orgs set home_zone = 'Asia/Tokyo' where org_id = '{Twin.Id}';
            """
        );
}
