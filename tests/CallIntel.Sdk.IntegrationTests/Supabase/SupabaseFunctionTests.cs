using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

/// <summary>
/// Tests that functions which <c>authenticated</c> can call return the same data as the views, regardless of the ids
/// passed.
/// </summary>
public sealed class SupabaseFunctionTests(SupabaseFixture fixture)
{
    public static TheoryData<int> Majors => SupabaseFixture.Majors;

    /// <summary>
    /// Two queries that return the same: by a function, and by a view. {contacts} and {events} are all ids of both
    /// orgs.
    /// </summary>
    static readonly (string Function, string View)[] Pairs =
    [
        ("select f.* from callintel.events_between('-infinity', 'infinity') f", "select v.* from callintel.events v"),
        (
            "select f.* from unnest({contacts}) c, callintel.events_of(c) f",
            "select v.* from callintel.events v where v.contact_id is not null"
        ),
        ("select f.* from callintel.events_by_id({events}) f", "select v.* from callintel.events v"),
        (
            """
            select f.id, f.occurred_at, f.contact_id, f.member_id
              from unnest({events}) e, callintel.events_by_id(array[e]) f
            """,
            "select v.id, v.occurred_at, v.contact_id, v.member_id from callintel.events v"
        ),
        (
            "select f.event_id, f.status from callintel.read_event_details({events}) f",
            "select v.event_id, v.status from callintel.event_details v"
        ),
        (
            "select f.event_id, f.ordinal, f.reference from callintel.read_event_parts({events}) f",
            "select v.event_id, v.ordinal, v.reference::bytea from callintel.event_parts v"
        ),
        (
            "select f.event_id, f.party_id from callintel.read_event_participants({events}) f",
            "select v.event_id, v.party_id from callintel.event_participants v"
        ),
        (
            "select f.contact_id, f.display_name from callintel.read_contact_names({contacts}) f",
            "select v.contact_id, v.display_name::bytea from callintel.contact_profiles v"
        ),
        (
            "select f.number_index, f.number from unnest({contacts}) c, callintel.read_contact_numbers(c) f",
            "select v.number_index, v.number::bytea from callintel.contact_numbers v"
        ),
        (
            "select f.contact_id, f.number from callintel.read_first_numbers({contacts}) f",
            "select v.contact_id, v.number::bytea from callintel.contact_numbers v"
        ),
        (
            "select f.contact_id from callintel.read_contact_labels({contacts}) f",
            "select v.id from callintel.contacts v"
        ),
        (
            "select f.contact_id, f.number from callintel.read_contact_labels({contacts}) f where f.number is not null",
            "select v.contact_id, v.number::bytea from callintel.contact_numbers v"
        ),
        (
            "select f.contact_id from unnest({contacts}) c, callintel.read_contact_group(c) f",
            "select v.id from callintel.contacts v"
        ),
        (
            "select f.member_id, f.role from callintel.read_members() f",
            "select v.member_id, v.role from callintel.org_roles v"
        ),
        (
            "select f.id, f.member_id, f.contact_ids"
                + " from callintel.read_accesses(null, null, null, null, null, false, null, 1000) f",
            "select v.id, v.member_id, v.contact_ids from callintel.access_log v"
        ),
        (
            "select f.line_id, f.member_id from callintel.read_lines() f",
            "select v.line_id, v.member_id from callintel.lines v"
        ),
        (
            "select f.line_id, f.number, f.label from callintel.read_lines() f where f.number is not null",
            "select v.line_id, v.number::bytea, v.label::bytea from callintel.line_profiles v"
        ),
        (
            "select f.member_id, f.display_name from callintel.read_member_profiles() f "
                + "where f.display_name is not null",
            "select v.member_id, v.display_name::bytea from callintel.member_profiles v"
        ),
        ("select f.team_id, f.name from callintel.read_teams() f", "select v.team_id, v.name from callintel.teams v"),
        (
            "select f.team_id, m from callintel.read_teams() f, unnest(f.members) m",
            "select v.team_id, v.member_id from callintel.team_members v"
        ),
        (
            "select d from callintel.read_business_hours() f, unnest(f.days_closed) d",
            "select v.day from callintel.holidays v"
        ),
        ("select f.id from callintel.read_invitations() f", "select v.id from callintel.invitations v"),
        (
            "select f.contact_id, f.level from callintel.read_privacy_rules(null) f",
            "select v.contact_id, v.level from callintel.privacy_rules v"
        ),
        (
            "select f.ordinal from unnest({runs}) r, callintel.read_rejects(r, -1, 1000) f",
            "select v.ordinal from callintel.ingest_rejects v"
        ),
    ];

    [Theory, MemberData(nameof(Majors))]
    public async Task Functions_and_views_return_the_same_data_to_a_signed_in_user(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        long compared = 0;
        foreach ((string function, string view) in Pairs)
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        {
            PostgrestRequest request = PostgrestRequest.Of(project.Own.As(role));
            string called = await FillAsync(project, function);
            string? answer;
            try
            {
                answer = $"{await request.SendAsync(project, Digest(called), readOnly: true)}";
            }
            catch (PostgresException refused) when (refused.SqlState == "CI005")
            {
                continue;
            }
            Assert.Equal(
                $"{function} {role}: {await request.SendAsync(project, Digest(view), readOnly: true)}",
                $"{function} {role}: {answer}"
            );
            compared += long.Parse(answer.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        }
        Assert.True(compared > 200, $"{compared} rows were compared");
    }

    /// <summary>
    /// Answers about contacts by blind index, which only the SDK computes, and about rights to write belong to the SDK
    /// alone.
    /// </summary>
    [Theory, MemberData(nameof(Majors))]
    public async Task A_signed_in_user_cannot_call_the_SDK_functions_that_reveal_existence(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        foreach (
            string call in new[]
            {
                "callintel.find_contact(array[gen_random_uuid()])",
                "callintel.may_name_contact(gen_random_uuid())",
                "callintel.blind_index_version()",
                "callintel.fetch_org_keys(1::smallint)",
                "callintel.fetch_data_keys('{}'::bytea[])",
            }
        )
            Assert.Equal(
                "42501",
                await PostgrestRequest.Of(project.Own.As(OrgRole.Owner)).RefusedAsync(project, $"select * from {call}")
            );
    }

    static string Digest(string query) =>
        $"""
            select count(*) || ' ' || coalesce(md5(string_agg(x::text, '|' order by x::text collate "C")), '')
              from ({query}) x
            """;

    static async Task<string> FillAsync(SupabaseProject project, string query)
    {
        foreach (
            (string name, string source) in new[]
            {
                ("{contacts}", "select id from callintel_private.contacts"),
                ("{events}", "select id from callintel_private.events"),
                ("{runs}", "select id from callintel_private.sync_runs"),
            }
        )
            if (query.Contains(name, StringComparison.Ordinal))
            {
                object? ids = await project.Superuser.ScalarAsync(
                    $"select array(select distinct x.id from ({source}) x)::text"
                );
                query = query.Replace(name, $"'{ids}'::uuid[]", StringComparison.Ordinal);
            }
        return query;
    }
}
