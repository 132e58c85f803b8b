namespace CallIntel.Sdk.IntegrationTests.Access;

// the calls of each function, and the permissions that it requires
public sealed partial class PermissionBitTests
{
    // the function, and the bits of which it asks for one
    static readonly (string Call, long Bits)[] Functions =
    [
        ("start_run('s', 't', 'd')", 32),
        ("find_contacts('{}')", 32),
        ("find_duplicates('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32),
        ("resolve_contacts('{}', '{}', '{}', '{}', 1)", 32),
        ("open_slot()", 32),
        ("merge_batch(0, null, false)", 32),
        ("merge_new(0, null)", 32),
        ("record_batch(null, null, 0, 0, 0, 0, null, '{}', '{}', '{}', '{}', null, null, null)", 32),
        ("finish_run(null, null)", 32),
        ("merge_details('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32),
        ("merge_parts('{}', '{}', '{}', '{}', '{}', '{}')", 32),
        ("merge_participants('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32),
        (
            "write_events(null, true, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', "
                + "'{}', '{}', '{}', '{}', '{}', '{}')",
            32
        ),
        (
            "write_event(null, null, null, null, null, null, null, null, null, null, null, null, null, null, "
                + "null, null, null, null, null, null)",
            32
        ),
        ("beat_run(null)", 32),
        ("refuse_run(null, null)", 32),
        ("first_source_name(null)", 32),
        ("retire_data_keys('{}')", 32 + 64),
        ("expect_source('s', null, null)", 512),
        ("rename_source('s', 't')", 512),
        ("retire_source('s')", 512),
        ("set_member_role(gen_random_uuid(), 'viewer')", 128),
        ("invite_member('viewer', sha256(''), '1 day')", 128),
        ("revoke_invitation(gen_random_uuid())", 128),
        ("transfer_ownership(gen_random_uuid())", 16384),
        ("set_privacy_rule(gen_random_uuid(), 0::smallint, '{}', false, false, null)", 256),
        ("remove_privacy_rule(gen_random_uuid())", 256),
        ("shred_data_keys('person', gen_random_uuid())", 256),
        ("rename_org('renamed')", 128),
        ("set_contact_name(gen_random_uuid(), null)", 64),
        ("read_outdated_numbers(1, null, 1)", 8192),
        ("count_outdated_numbers(1)", 8192),
        ("replace_numbers(1, '{}', '{}', '{}', '{}')", 8192),
        ("drop_shredded_numbers('{}', 1)", 8192),
        ("read_outdated_data_keys(1, null, 1)", 8192),
        ("count_outdated_data_keys(1)", 8192),
        ("replace_data_keys('{}', '{}', '{}', '{}')", 8192),
        ("move_org_key(1::smallint, 1, 1::smallint, 2::smallint)", 8192),
        ("add_org_key(3::smallint, 2, 'r', '\\x00')", 8192),
        ("add_org_key(3::smallint, 1, 'r', '\\x00')", 32 + 64 + 8192),
        ("get_or_create_data_keys('{}', '{}', '{}', '{}', '{}', '{}')", 32 + 64),
        ("reserve_key_uses('\\x00', 1, 1)", 32 + 64),
        ("fetch_data_keys('{}')", 4 + 8 + 32 + 64 + 512),
        ("fetch_org_keys(1::smallint)", 4 + 8 + 32 + 64 + 512 + 8192),
        ("blind_index_version()", 4 + 8 + 32 + 64 + 512 + 8192),
    ];

    // what a function returns rows of, as SampleRows has them, and the bits of which it asks for one
    static readonly (string Rows, long Bits)[] Reading =
    [
        ("read_events(null, null, null, null, null, null, null, 10)", 1),
        ("read_events(null, null, null, {contact}, null, null, null, 10)", 1),
        ("read_events(null, null, null, null, {member}, null, null, 10)", 1),
        ("read_events_with_content(null, null, null, null, null, null, null, 10)", 1),
        ("read_events_with_content(null, null, null, null, null, null, null, 10) where has_content", 4),
        ("find_event(null, {event})", 1),
        ("read_conversation({event})", 1),
        ("find_event_with_content(null, {event})", 1),
        ("find_event_with_content(null, {event}) where body is not null", 4),
        ("events_between('2026-01-01Z', '2026-02-01Z')", 1),
        ("events_of({contact})", 1),
        ("events_by_id(array[{event}])", 1),
        ("read_event_details(array[{event}])", 1),
        ("read_event_details(array[{event}]) where own_number is not null", 4),
        ("read_event_parts(array[{event}])", 4),
        ("read_event_participants(array[{event}])", 1),
        ("count_events('2026-01-01Z', '2026-02-01Z', 'day', 'UTC')", 1),
        ("count_events_by_hour('2026-01-01Z', '2026-02-01Z', 'UTC')", 1),
        ("count_events_by_contact('2026-01-01Z', '2026-02-01Z', 10)", 1),
        ("count_unanswered_calls('2026-01-01Z', '2026-02-01Z', 'UTC')", 1),
        ("measure_response_times('2026-01-01Z', '2026-02-01Z') where messages > 0", 1),
        ("find_contact(array[{index}]) where contact_id is not null", 8),
        ("read_contact_numbers({contact})", 8),
        ("read_first_numbers(array[{contact}])", 8),
        ("read_contact_names(array[{contact}])", 8),
        ("read_contact_labels(array[{contact}])", 1),
        ("read_contact_labels(array[{contact}]) where number is not null", 8),
        ("read_contact_labels(array[{contact}]) where display_name is not null", 8),
        ("may_name_contact({contact}) where is_allowed", 64),
        ("may_name_contact({contact}) where is_found", 1),
        ("read_members() where member_id <> {admin}", 128),
        ("read_invitations()", 128),
        ("read_privacy_rules(null)", 256),
        ("read_privacy_rules({contact})", 256),
        ("read_rejects({run}, -1, 10)", 512),
        ("find_stream_cursor('sample', 'default')", 16 + 32),
        ("sync_health_at(now())", 16 + 32),
    ];
}
