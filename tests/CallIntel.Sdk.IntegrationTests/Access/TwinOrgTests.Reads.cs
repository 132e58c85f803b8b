namespace CallIntel.Sdk.IntegrationTests.Access;

// what is asked of functions that only read
public sealed partial class TwinOrgTests
{
    // what functions for reading and for names return to the own owner
    static readonly (string Sql, string Expected)[] Reads =
    [
        ("select count(*) from callintel.read_events(null, null, null, null, null, null, null, 5000)", "18"),
        (
            """
            select count(*) from callintel.read_events(null, null, null, md5('twincontact0')::uuid, null, null, null,
                   5000)
            """,
            "14"
        ),
        (
            """
            select count(*) from callintel.read_events_with_content(null, null, null, null, null, null, null, 5000)
             where has_content
            """,
            "15"
        ),
        ("select count(*) from callintel.read_events_forward(null, null, null, null, null, null, null, 5000)", "18"),
        ($"select count(*) from callintel.find_event(null, {Id(8, 8)})", "1"),
        ($"select count(*) from callintel.find_event(null, {Id(7, 7)})", "0"),
        // words that the twin alone has
        ($"select has_content from callintel.find_event_with_content(null, {Id(8, 8)})", "False"),
        ($"select has_content from callintel.find_event_with_content(null, {Id(10, 10)})", "True"),
        ($"select count(*) from callintel.find_event_with_content(null, {Id(7, 7)})", "0"),
        ("select count(*) from callintel.events_between('2026-02-01Z', '2026-02-02Z')", "12"),
        ("select count(*) from callintel.events_of(md5('twincontact1')::uuid)", "2"),
        ($"select count(*) from callintel.events_by_id(array[{Id(7, 7)}, {Id(8, 8)}])", "1"),
        (
            $"""
            select count(*) from callintel.read_event_details(array[{Id(1, 1)}, {Id(4, 4)}, {Id(8, 8)}, {Id(23, 23)}])
            """,
            "1"
        ),
        ($"select count(*) from callintel.read_event_parts(array[{Id(1, 1)}, {Id(8, 8)}])", "1"),
        ($"select count(*) from callintel.read_event_participants(array[{Id(1, 1)}, {Id(8, 8)}, {Id(9, 9)}])", "1"),
        ("select sum(events) from callintel.count_events('2026-02-01Z', '2026-02-02Z', 'day', 'UTC')", "12"),
        ("select callintel.figure_source('2026-02-01Z', '2026-02-02Z', 'day', 'UTC', null)", "0"),
        ("select count(callintel.figure_version())", "1"),
        ("select starts::date::text from callintel.previous_period('2026-02-01Z', '2026-03-01Z', 'UTC')", "2026-01-01"),
        ("select sum(messages) from callintel.list_threads('2026-02-01Z', '2026-02-02Z', null, null, null, 10)", "12"),
        (
            "select count(*) from callintel.list_calls_to_return('2026-02-01Z', '2026-02-02Z', null, null, null, 10)",
            "0"
        ),
        ("select sum(contacts) from callintel.count_contacts('2026-02-01Z', '2026-02-02Z', 'day', 'UTC')", "1"),
        ("select count(*) from callintel.sum_costs('2026-02-01Z', '2026-02-02Z', 'day', 'UTC')", "0"),
        ("select sum(events) from callintel.count_events_by_hour('2026-02-01Z', '2026-02-02Z', 'UTC')", "12"),
        ("select sum(events) from callintel.count_events_by_contact('2026-02-01Z', '2026-02-02Z', 10)", "12"),
        ("select sum(messages) from callintel.count_by_member('2026-02-01Z', '2026-02-02Z')", "12"),
        ("select sum(messages) from callintel.count_by_line('2026-02-01Z', '2026-02-02Z')", "12"),
        ("select count(*) from callintel.count_calls('2026-02-01Z', '2026-02-02Z', 'day', 'UTC')", "0"),
        ("select count(*) from callintel.count_unanswered_calls('2026-01-25Z', '2026-01-26Z', 'UTC')", "0"),
        ("select messages from callintel.measure_response_times('2026-02-01Z', '2026-02-02Z')", "1"),
        (
            """
            select index_version || ' ' || (contact_id is null) from callintel.find_contact(array[md5('theirs')::uuid])
            """,
            "1 true"
        ),
        (
            "select contact_id = md5('twincontact0')::uuid from callintel.find_contact(array[md5('twinindex0')::uuid])",
            "True"
        ),
        ("select count(*) from callintel.read_contact_numbers(md5('twincontact0')::uuid)", "1"),
        ("select count(*) from callintel.read_first_numbers(array[md5('twincontact0')::uuid])", "1"),
        // with a number there, and without one here
        ("select count(*) from callintel.read_first_numbers(array[md5('numbered there')::uuid])", "0"),
        ("select count(number) from callintel.read_contact_labels(array[md5('numbered there')::uuid])", "0"),
        ("select count(*) from callintel.read_contact_names(array[md5('twincontact0')::uuid])", "1"),
        (
            """
            select count(*)
              from callintel.read_contact_labels(array[md5('twincontact0')::uuid, md5('their contact')::uuid])
            """,
            "1"
        ),
        (
            "select is_allowed || ' ' || is_found from callintel.may_name_contact(md5('their contact')::uuid)",
            "true false"
        ),
        ("select count(*) from callintel.read_members()", "6"),
        ("select count(*) from callintel.read_invitations()", "1"),
        ("select count(*) from callintel.read_privacy_rules(null)", "4"),
        ("select cardinality(members) from callintel.read_privacy_rules(md5('twincontact2')::uuid)", "1"),
        ("select count(*) from callintel.read_rejects(md5('twinrun0')::uuid, -1, 100)", "1"),
        ("select count(*) from callintel.find_stream_cursor('theirs', 'default')", "0"),
        ("select count(*) from callintel.find_stream_cursor('alias there', 'default')", "0"),
        ("select count(*) from callintel.find_stream_cursor('sample', 'default')", "1"),
        ("select cursor_ is null from callintel.find_stream_cursor('sample', 'default')", "True"),
        (
            """
            select callintel.set_contact_name(md5('their contact')::uuid, decode('c10100' || repeat('00', 60), 'hex'))
            """,
            "CI152"
        ),
        (
            "select callintel.set_contact_name(md5('twincontact0')::uuid, decode('c10100' || repeat('00', 60), 'hex'))",
            "True"
        ),
        ("select callintel.set_contact_name(md5('twincontact1')::uuid, null)", "True"),
        ("select callintel.rename_org('renamed')", ""),
    ];
}
