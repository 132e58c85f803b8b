namespace CallIntel.Sdk.IntegrationTests.Access;

// what is asked of every function
public sealed partial class TwinOrgTests
{
    static readonly (string Sql, string Expected)[] Calls =
    [
        ("select count(*) from callintel.sync_health", "1"),
        ("select count(*) from callintel.sync_health_at(now())", "1"),
        ("select callintel.record_heartbeat(md5('twinrun0')::uuid)", ""),
        ("select callintel.expect_source('theirs', interval '1 hour', null)", "CI230"),
        ("select callintel.expect_source('sample', interval '1 hour', null)", ""),
        (
            """
            select count(*) from callintel.find_contacts(array(select md5('twinindex' || n)::uuid
                from generate_series(0, 3) n))
            """,
            "4"
        ),
        ("select count(*) from callintel.find_contacts(array[md5('theirs')::uuid])", "0"),
        // the twin's time of an event whose id is in both, and an event of the twin alone
        // the same once more over a time with at least three visible events for each record
        (
            $$"""
            select cardinality(callintel.find_duplicates(array[callintel.first_id('2026-01-19'), {{Id(10, 10)}}],
                   '{2026-01-19,2026-02-01 10:10Z}', array[null, md5('twincontact0')::uuid], '{null,null}',
                   '{null,null}', '{2,2}', '{1,1}', '{1,1}', '{null,null}', '{null,1}', '{null,null}', '{null,null}'))
            """,
            "1"
        ),
        (
            $$"""
            select cardinality(callintel.find_duplicates(array[callintel.first_id('2026-01-09'), {{Id(8, 8)}}],
                   '{2026-01-09,2026-02-01 18:08Z}', array[null, md5('twincontact0')::uuid], '{null,null}',
                   '{null,null}', '{2,2}', '{1,1}', '{1,1}', '{null,null}', '{null,null}', '{null,null}',
                   '{null,null}'))
            """,
            "0"
        ),
        (
            $$"""
            select cardinality(callintel.find_duplicates(array[callintel.first_id('2026-01-09'), {{Id(8, 8)}}],
                   '{2026-01-09,2026-02-01 10:08Z}', array[null, md5('twincontact0')::uuid], '{null,null}',
                   '{null,null}', '{2,2}', '{1,1}', '{1,1}', '{null,null}', '{null,null}', '{null,null}',
                   '{null,null}'))
            """,
            "1"
        ),
        (
            $$"""
            select cardinality(callintel.find_duplicates(array[callintel.first_id('2026-01-09'), {{Id(8, 8)}}],
                   '{2026-01-09,2026-02-01 10:08Z}', array[null, md5('twincontact0')::uuid], '{null,null}',
                   '{null,null}', '{2,2}', '{1,1}', '{1,1}', '{null,null}', '{null,1}', '{null,null}', '{null,null}'))
            """,
            "0"
        ),
        (
            $$"""
            select cardinality(callintel.find_duplicates(array[{{Id(8, 8)}}, {{Id(9, 9)}}],
                   '{2026-02-01 18:08Z,2026-02-01 18:09Z}', '{null,null}', '{null,null}', '{null,null}', '{2,2}',
                   '{1,1}', '{1,1}', '{null,null}', '{null,null}', '{null,null}', '{null,null}'))
            """,
            "0"
        ),
        (
            $$"""
            select cardinality(callintel.find_duplicates(array[{{Id(10, 10)}}], '{2026-02-01 10:10Z}',
                   array[md5('twincontact0')::uuid], '{null}', '{null}', '{2}', '{1}', '{1}', '{null}', '{1}', '{null}',
                   '{null}'))
            """,
            "1"
        ),
        (
            $$"""
            select cardinality(callintel.find_duplicates(array[{{Id(8, 8)}}], '{2026-02-01 10:08Z}', '{null}', '{null}',
                   '{null}', '{2}', '{1}', '{1}', '{null}', '{null}', '{null}', '{null}'))
            """,
            "1"
        ),
        // with the words that the twin's event has
        (
            $$"""
            select cardinality(callintel.find_duplicates(array[{{Id(8, 8)}}], '{2026-02-01 10:08Z}', '{null}', '{null}',
                   '{null}', '{2}', '{1}', '{1}', '{null}', '{1}', '{null}', '{null}'))
            """,
            "0"
        ),
        (
            """
            select count(*) from callintel.resolve_contacts(array[gen_random_uuid()], array[md5('twinindex0')::uuid],
                   '{1}', array[decode('c10100' || repeat('00', 60), 'hex')], 1,
                   array[gen_random_uuid()])
            """,
            "1"
        ),
        (
            """
            select contact_id = md5('new')::uuid
              from callintel.resolve_contacts(array[md5('new')::uuid], array[md5('theirs')::uuid], '{1}',
                   array[decode('c10100' || repeat('00', 60), 'hex')], 1,
                   array[gen_random_uuid()])
            """,
            "True"
        ),
        (
            """
            select count(*) from callintel.resolve_contacts(array[md5('twincontact9')::uuid],
                   array[md5('new index')::uuid], '{1}', array[decode('c10100' || repeat('00', 60), 'hex')], 1,
                   array[gen_random_uuid()])
            """,
            "1"
        ),
        ("select count(*) from callintel.resolve_contacts('{}', '{}', '{}', '{}', 5, '{}')", "CI143"),
        ("select cursor is null from callintel.start_run('theirs', 'test', 'default')", "True"),
        (
            """
            select callintel.record_batch(md5('twinrun0')::uuid, md5('twinstream0')::uuid, 1, 1, 0, 0, now(), '{}',
                   '{}', '{}', '{}', null, 'moved', null)
            """,
            ""
        ),
        (
            """
            select callintel.record_batch(md5('twinrun0')::uuid, md5('twinstream0')::uuid, 1, 1, 0, 0, now(), '{}',
                   '{}', '{}', '{}', null, null, null)
            """,
            ""
        ),
        ("select cursor from callintel.start_run('sample', 'test', 'default')", "moved"),
        // encrypted under a key that only the twin has
        (
            """
            select callintel.record_batch(md5('twinrun0')::uuid, md5('twinstream0')::uuid, 0, 0, 0, 0, null,
                                          '{}', '{}', '{}', '{}', null, null, array[sha256('theirs')])
            """,
            "CI128"
        ),
        (
            """
            select callintel.record_batch(md5('twinrun0')::uuid, md5('twinstream0')::uuid, 2000000000, 0, 0, 0, null,
                                          '{}', '{}', '{}', '{}', null, null, null)
            """,
            "CI022"
        ),
        ("select callintel.finish_run(md5('twinrun0')::uuid, null)", ""),
        // over here, open there
        (
            """
            select callintel.record_batch(md5('twinrun0')::uuid, md5('twinstream0')::uuid, 1, 1, 0, 0, now(), '{}',
                   '{}', '{}', '{}', null, null, null)
            """,
            "CI022"
        ),
        ("select callintel.refuse_run(md5('twinrun0')::uuid, 'CI005')", ""),
        // the twin has a former name of this source that the own org does not know, another source, and other names
        // under the same ids
        ("select callintel.first_source_name(md5('twinsource0')::uuid)", "sample"),
        ("select callintel.expect_source('former there', interval '1 hour', null)", "CI230"),
        ("select callintel.retire_source('former there')", "CI230"),
        ("select callintel.rename_source('former there', 'other')", "CI230"),
        ("select callintel.rename_source('sample', 'alias')", ""),
        ("select callintel.rename_source('alias', 'alone there')", ""),
        (
            """
            select string_agg(name || coalesce(' of ' || first_name, ''), ', ' order by name)
              from callintel.sync_sources where md5('twinsource0')::uuid in (id, renamed_to)
            """,
            "alias, alone there of sample, sample"
        ),
        ("select callintel.retire_source('sample')", ""),
        ("select string_agg(name, ', ') from callintel.sync_sources where retired_at is not null", "alone there"),
        ("select callintel.retire_data_keys(array[sha256('far')])", ""),
        // one of the two is made in vain
        (
            """
            select count(*) from callintel.resolve_contacts(array[md5('in vain 1')::uuid, md5('in vain 2')::uuid],
                   array_fill(md5('twice')::uuid, '{2}'), '{1,1}',
                   array_fill(decode('c10100' || repeat('00', 60), 'hex'), '{2}'), 1,
                   array_fill(gen_random_uuid(), '{2}'))
            """,
            "1"
        ),
        ("select count(*) from callintel.fetch_data_keys(array[sha256('k'), sha256('theirs')])", "1"),
        ("select callintel.reserve_key_uses(sha256('k'), 1, 10)", "1"),
        ("select callintel.reserve_key_uses(sha256('theirs'), 1, 10)", "0"),
        (
            """
            select count(*) from callintel.get_or_create_data_keys('{person}', array[md5('subject')::uuid], '{1}',
                   array[sha256('c')], '{1}', array[decode(repeat('02', 61), 'hex')])
            """,
            "1"
        ),
        // offered under an epoch that is not active, and not taken
        (
            """
            select count(*) from callintel.get_or_create_data_keys('{person}', array[md5('subject')::uuid], '{1}',
                   array[sha256('far')], '{5}', array[decode(repeat('02', 61), 'hex')])
            """,
            "1"
        ),
        // spent, so that the candidate takes its place
        (
            """
            select granted > 4000000000 from callintel.get_or_create_data_keys('{person}', array[md5('subject')::uuid],
                   '{4294967296}', '{}', '{}', '{}')
            """,
            "True"
        ),
        (
            """
            select granted from callintel.get_or_create_data_keys('{person}', array[md5('subject')::uuid], '{1}',
                   array[sha256('d')], '{1}', array[decode(repeat('02', 61), 'hex')])
            """,
            "1"
        ),
        // shredded in the twin alone
        (
            """
            select granted from callintel.get_or_create_data_keys('{person}', array[md5('gone')::uuid], '{1}',
                   array[sha256('e')], '{1}', array[decode(repeat('02', 61), 'hex')])
            """,
            "1"
        ),
        ("select count(*) from callintel.fetch_org_keys(1::smallint)", "1"),
        ("select callintel.blind_index_version()", "1"),
        ("select callintel.add_org_key(1::smallint, 2, 'r', '\\x00')", ""),
        ("select callintel.add_org_key(2::smallint, 2, 'r', '\\x00')", ""),
        ("select count(*) from callintel.read_outdated_data_keys(2, null, 100)", "4"),
        ("select callintel.count_outdated_data_keys(2)", "4"),
        (
            """
            select callintel.replace_data_keys(array[sha256('k')], '{1}', '{2}', array[decode(repeat('03', 61), 'hex')])
            """,
            "1"
        ),
        (
            """
            select callintel.replace_data_keys(array[sha256('theirs')], '{1}', '{2}',
                   array[decode(repeat('03', 61), 'hex')])
            """,
            "0"
        ),
        ("select callintel.replace_data_keys('{}', '{}', '{7}', '{}')", "CI126"),
        ("select count(*) from callintel.read_outdated_numbers(2, null, 100)", "7"),
        ("select callintel.count_outdated_numbers(2)", "7"),
        (
            "select replaced from callintel.replace_numbers(2, array[md5('twinindex0')::uuid], "
                + "array['\\xc10100'::bytea || sha256('k') || decode(repeat('00', 28), 'hex')], "
                + "array[md5('fresh')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('01', "
                + "28), 'hex')])",
            "1"
        ),
        (
            "select cardinality(claimed) from callintel.replace_numbers(2, array[md5('twinindex1')::uuid], "
                + "array['\\xc10100'::bytea || sha256('k') || decode(repeat('00', 28), 'hex')], "
                + "array[md5('claimed there')::uuid], array['\\xc10100'::bytea || sha256('k') || "
                + "decode(repeat('01', 28), 'hex')])",
            "0"
        ),
        (
            "select cardinality(claimed) from callintel.replace_numbers(2, array[md5('twinindex3')::uuid], "
                + "array['\\xc10100'::bytea || sha256('k') || decode(repeat('00', 28), 'hex')], "
                + "array[md5('twinindex2')::uuid], array['\\xc10100'::bytea || sha256('k') || "
                + "decode(repeat('01', 28), 'hex')])",
            "1"
        ),
        // under a key that only the twin has
        (
            "select replaced from callintel.replace_numbers(2, array[md5('twinindex2')::uuid], "
                + "array['\\xc10100'::bytea || sha256('q') || decode(repeat('00', 28), 'hex')], "
                + "array[md5('fresh 2')::uuid], array['\\xc10100'::bytea || sha256('theirs') || "
                + "decode(repeat('01', 28), 'hex')])",
            "0"
        ),
        ("select callintel.replace_numbers(5, '{}', '{}', '{}', '{}')", "CI143"),
        ("select callintel.drop_shredded_numbers(array[md5('twinindex2')::uuid], 9)", "0"),
        ("select callintel.move_org_key(1::smallint, 1, 2::smallint, 3::smallint)", "True"),
        ("select callintel.move_org_key(1::smallint, 1, 3::smallint, 4::smallint)", "CI140"),
        (
            """
            select callintel.replace_data_keys(array[sha256('d'), sha256('e'), sha256('q')], '{1,1,1}', '{2,2,2}',
                   array_fill(decode(repeat('03', 61), 'hex'), '{3}'))
            """,
            "3"
        ),
        ("select callintel.move_org_key(1::smallint, 1, 3::smallint, 4::smallint)", "True"),
        ("select callintel.move_org_key(2::smallint, 1, 2::smallint, 3::smallint)", "CI144"),
        ("select callintel.merge_contacts(md5('twincontact0')::uuid, md5('their contact')::uuid, null)", "CI152"),
        ("select callintel.merge_contacts(md5('their contact')::uuid, md5('twincontact0')::uuid, null)", "CI152"),
        ("select callintel.split_contact(md5('their contact')::uuid)", "CI152"),
        ("select callintel.split_contact(md5('twincontact0')::uuid)", "CI266"),
        ("select count(*) from callintel.shred_data_keys('person', md5('theirs')::uuid)", "CI152"),
        ("select count(*) from callintel.shred_data_keys('person', md5('their contact')::uuid)", "CI152"),
        // hidden there, and with a key that only the twin has: it never gets a key here again
        ("select count(*) from callintel.shred_data_keys('person', md5('kept there')::uuid)", "0"),
        (
            """
            select granted from callintel.get_or_create_data_keys('{person}', array[md5('kept there')::uuid], '{1}',
                   array[sha256('g')], '{2}', array[decode(repeat('02', 61), 'hex')])
            """,
            "0"
        ),
        (
            """
            select granted from callintel.get_or_create_data_keys('{person}', array[md5('theirs')::uuid], '{1}',
                   array[sha256('f')], '{2}', array[decode(repeat('02', 61), 'hex')])
            """,
            "1"
        ),
        ("select count(*) from callintel.shred_data_keys('person', md5('subject')::uuid)", "2"),
        ("select callintel.drop_shredded_numbers(array[md5('twinindex3')::uuid], 9)", "1"),
    ];
}
