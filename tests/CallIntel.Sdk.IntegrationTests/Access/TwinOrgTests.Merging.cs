using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Access;

// what becomes of records
public sealed partial class TwinOrgTests
{
    static readonly string[] OfEvents =
    [
        "events",
        "event_contents",
        "event_details",
        "event_parts",
        "event_participants",
        "event_embeddings",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Records_go_to_another_contact_or_member_or_to_none_whatever_the_twin_has(bool held) =>
        OnAsync(held, async () =>
        {
            // in the twin: other contacts, members and levels of the same events, content and references that stay
            // where they are, and a rule for a contact that has none here
            await AdminAsync(
                $"""
            insert into callintel_private.contacts (org_id, id, created_by)
            select o, md5('moved')::uuid, '{Own.Members[OrgRole.Admin]}'
             from unnest(array['{Twin.Id}', '{Own.Id}']::uuid[]) o;
            insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by)
             values ('{Twin.Id}', md5('moved')::uuid, 3, '{Twin.Members[OrgRole.Admin]}');
            update callintel_private.privacy_rules set level = 2
             where org_id = '{Twin.Id}' and contact_id = md5('twincontact1')::uuid;
            {string.Join('\n', OfEvents.Select(table => $"""
                update callintel_private.{table}
                 set contact_id = md5('twincontact1')::uuid, member_id = '{Own.Members[OrgRole.Member]}'
                 where org_id = '{Twin.Id}'
                  and {(table == "events" ? "id" : "event_id")} in ({Id(1, 1)}, {Id(2, 2)}, {Id(3, 3)}, {Id(4, 4)});
                """))}
            update callintel_private.event_contents set sealed_for = md5('twincontact2')::uuid
             where org_id = '{Twin.Id}' and event_id = {Id(1, 1)};
            update callintel_private.event_parts set sealed_for = md5('twincontact2')::uuid
             where org_id = '{Twin.Id}' and event_id = {Id(2, 2)};
            select callintel_private.set_levels('{Twin.Id}',
             array[md5('twincontact1')::uuid, md5('twincontact2')::uuid]);
            """
            );
            string before = await TwinAsync();

            string admin = Own.Members[OrgRole.Admin].ToString(),
                analyst = Own.Members[OrgRole.Analyst].ToString();
            Assert.Equal(
                "4 updated",
                await RunAsync(
                    OrgRole.Owner,
                    $"""
                    do $do$ declare slot integer := callintel.open_slot(); begin
                        execute format($rows$insert into callintel.staging_%s
                         (id, occurred_at, contact_id, member_id, duration_s, channel, direction, outcome, external_id)
                            select x.id, timestamptz '2026-02-01 10:00Z' + x.n * interval '1 minute', x.contact,
                             x.member::uuid,
                             9, 2, 1, 1, 'x' || x.n
                              from (values ({Id(1, 1)}, 1, md5('moved')::uuid, '{admin}'), ({Id(
                        2,
                        2
                    )}, 2, md5('moved')::uuid, '{admin}'),
                                           ({Id(3, 3)}, 3, md5('twincontact0')::uuid, '{analyst}'), ({Id(
                        4,
                        4
                    )}, 4, md5('twincontact0')::uuid, '{admin}')) as x (id, n, contact, member)$rows$, slot);
                        perform set_config('test.merged', cardinality(m.updated) || ' updated', true)
                         from callintel.merge_batch(slot, md5('twinsource0')::uuid, true) m;
                    end $do$
                    """,
                    "select current_setting('test.merged')"
                )
            );

            Assert.Equal(before, await TwinAsync());
            foreach (string table in OfEvents)
            {
                string of = table == "events" ? "id" : "event_id";
                string moved = table == "event_embeddings" ? "" : "1 moved admin 0, 2 moved admin 0, ";
                Assert.Equal(
                    (table, $"{moved}3 here analyst 0, 4 here admin 0"),
                    (
                        table,
                        await AdminAsync(
                            $"""
                            select string_agg(concat_ws(' ', n,
                             case contact_id when md5('moved')::uuid then 'moved'
                             when md5('twincontact0')::uuid then 'here' end,
                                                        case member_id when '{admin}' then 'admin'
                                                           when '{analyst}' then 'analyst' end,
                                                         level), ', ' order by n)
                              from callintel_private.{table} t join (values ({Id(1, 1)}, 1), ({Id(2, 2)}, 2), ({Id(
                                3,
                                3
                            )}, 3), ({Id(4, 4)}, 4)) as x (id, n) on x.id = t.{of}
                             where org_id = '{Own.Id}'
                            """
                        )
                    )
                );
            }
        });

    /// <summary>
    /// Changed, deleted, redacted and corrected records, details, parts and parties: of events that the twin has under
    /// the same ids.
    /// </summary>
    async Task MergeAsync()
    {
        string admin = Own.Members[OrgRole.Admin].ToString();
        const string Body = "decode('c10100' || repeat('01', 60), 'hex'), 5",
            None = "null::bytea, null::bigint";
        Assert.Equal(
            "1 suppressed, 10 staged, 3 inserted, 8 updated",
            await BatchAsync(
                OrgRole.Owner,
                admin,
                (1, 1, "null::smallint", Body),
                (2, 2, "1", None),
                (3, 3, "2", None),
                (4, 44, "null", None),
                (5, 5, "null", Body),
                (6, 6, "null", Body),
                (8, 8, "null", Body),
                (9, 9, "1", None),
                (14, 14, "null", Body),
                (16, 49, "null", None)
            )
        );
        Assert.Equal(
            "2",
            await RunAsync(
                OrgRole.Owner,
                $"""
                select count(*) from callintel.events
                 where id in ({Id(4, 44)}, {Id(16, 49)}) and contact_id = md5('twincontact0')::uuid
                """
            )
        );
        Assert.Equal(
            "0",
            await RunAsync(
                OrgRole.Owner,
                "select count(*) from callintel.dirty_buckets where bucket >= '2026-02-01 17:00Z'"
            )
        );
        Assert.Equal(
            "4",
            await RunAsync(
                OrgRole.Owner,
                $"""
                select count(*) from callintel.event_contents
                 where event_id in ({Id(10, 10)}, {Id(11, 11)}, {Id(12, 12)}, {Id(13, 13)})
                """
            )
        );
        // the twin says that these are the member's
        string[] kept =
        [
            "events",
            "event_contents",
            "event_details",
            "event_parts",
            "event_participants",
            "event_keys",
            "event_tombstones",
        ];
        string before = await StateAsync(Own, kept);
        Assert.Equal(
            "0 suppressed, 5 staged, 0 inserted, 0 updated",
            await BatchAsync(
                OrgRole.Member,
                Own.Members[OrgRole.Member].ToString(),
                (10, 10, "null::smallint", Body),
                (11, 11, "1", None),
                (12, 12, "2", None),
                (13, 46, "null", None),
                (15, 48, "null", None)
            )
        );
        Assert.Equal(
            "0",
            await RunAsync(
                OrgRole.Member,
                $$"""
                select cardinality(callintel.merge_details(array[{{Id(10, 10)}}], array[now()], '{c}', '{p}', '{1}',
                       '{s}', '{e}', '{1}', '{DKK}', '{null}', '{null}'))
                """
            )
        );
        Assert.Equal(before, await StateAsync(Own, kept));
        Assert.Equal(
            "0",
            await AdminAsync(
                string.Join(
                        " + ",
                        Enumerable.Range(0, 8).Select(slot => $"(select count(*) from callintel.staging_{slot})")
                    )
                    .Insert(0, "select ")
            )
        );
        // theirs, whatever the twin says
        Assert.Equal(
            "0 suppressed, 1 staged, 0 inserted, 1 updated",
            await BatchAsync(OrgRole.Member, Own.Members[OrgRole.Member].ToString(), (17, 17, "1::smallint", None))
        );
        Assert.Equal(
            "1",
            await AdminAsync(
                $"""
                select count(*) from callintel_private.event_tombstones
                 where org_id = '{Own.Id}' and record_key = callintel_private.record_key({Id(17, 17)})
                """
            )
        );
        Assert.Equal(
            "9",
            await RunAsync(OrgRole.Owner, $"select duration_s from callintel.events where id = {Id(8, 8)}")
        );
        Assert.Equal(
            admin,
            await RunAsync(OrgRole.Owner, $"select member_id from callintel.event_contents where event_id = {Id(8, 8)}")
        );
        Assert.Equal(
            "2",
            await AdminAsync(
                $"""
                select count(*) from callintel_private.event_contents
                 where org_id = '{Own.Id}' and event_id in ({Id(1, 1)}, {Id(6, 6)}) and body_hash = 5
                """
            )
        );
        // the same text as here, and another one than there
        Assert.Equal(
            "0 suppressed, 1 staged, 0 inserted, 0 updated",
            await BatchAsync(OrgRole.Owner, admin, (1, 1, "null::smallint", Body))
        );
        string id = Id(1, 1);
        Assert.Equal(
            "1",
            await RunAsync(
                OrgRole.Owner,
                $$"""
                select cardinality(callintel.merge_details(array[{{id}}], array[now()], '{c}', '{p}', '{1}', '{s}',
                       '{e}', '{1}', '{DKK}', '{null}', '{null}'))
                """
            )
        );
        Assert.Equal(
            "1",
            await RunAsync(
                OrgRole.Owner,
                $$"""
                select cardinality(callintel.merge_parts(array[{{id}}], '{0}', '{image/gif}', '{1}',
                       array[decode('c10100' || repeat('01', 60), 'hex')], '{7}'))
                """
            )
        );
        // deleted in the twin alone
        Assert.Equal(
            "1",
            await RunAsync(
                OrgRole.Owner,
                $$"""
                select cardinality(callintel.merge_parts(array[{{Id(5, 5)}}], '{0}', '{image/gif}', '{1}',
                       array[decode('c10100' || repeat('01', 60), 'hex')], '{7}'))
                """
            )
        );
        Assert.Equal(
            "1",
            await RunAsync(
                OrgRole.Owner,
                $$"""
                select cardinality(callintel.merge_participants(array[{{id}}], '{0}', array[md5('twincontact1')::uuid],
                       '{3}', array[now()], '{3}', '{1}', '{s}'))
                """
            )
        );
        Assert.Equal(
            "0 suppressed, 2 staged, 1 inserted, 0 updated",
            await BatchAsync(OrgRole.Owner, admin, (23, 23, "null::smallint", Body), (23, 23, "null", None))
        );
        Assert.Equal(
            "1",
            await RunAsync(
                OrgRole.Owner,
                $"select count(*) from callintel.event_contents where event_id = {Id(23, 23)}"
            )
        );
        // a record that is corrected within its batch, while the twin has an event under its first id
        Assert.Equal(
            "0 suppressed, 2 staged, 1 inserted, 0 updated",
            await BatchAsync(OrgRole.Owner, admin, (26, 26, "null::smallint", None), (26, 50, "null", None))
        );
        Assert.Equal(
            "True",
            await RunAsync(OrgRole.Owner, $"select contact_id is null from callintel.events where id = {Id(26, 50)}")
        );
        // known to the twin alone
        Assert.Equal(
            "0",
            await RunAsync(
                OrgRole.Owner,
                $$"""
                select cardinality(callintel.merge_details(array[{{Id(7, 7)}}], array[now()], '{c}', '{p}', '{1}',
                       '{s}', '{e}', '{1}', '{DKK}', '{null}', '{null}'))
                """
            )
        );
    }

    /// <summary>Merges one batch.</summary>
    /// <returns>What the merge counted.</returns>
    Task<string> BatchAsync(
        OrgRole role,
        string member,
        params (int N, int Minute, string Change, string Body)[] rows
    ) =>
        RunAsync(
            role,
            $"""
            do $do$ declare slot integer := callintel.open_slot(); begin
                execute format($rows$insert into callintel.staging_%s (id, occurred_at, member_id, duration_s, channel,
                    direction, outcome, external_id, change, body, body_hash, modified_at)
                                     values
                                         {string.Join(
                ", ",
                rows.Select(r =>
                    $"({Id(r.N, r.Minute)}, '2026-02-01 10:{r.Minute:00}Z', '{member}', 9, 2, 1, 1, 'x{r.N}', "
                        + $"{r.Change}, {r.Body}, timestamptz '2026-03-01')"
                )
            )}$rows$, slot);
                perform set_config('test.merged',
                    m.suppressed || ' suppressed, ' || m.staged || ' staged, ' || m.inserted || ' inserted, '
                    || cardinality(m.updated) || ' updated', true)
                   from callintel.merge_batch(slot, md5('twinsource0')::uuid, true) m;
            end $do$
            """,
            "select current_setting('test.merged')"
        );

    /// <summary>The id of an event of this minute whose random part is the same in both orgs.</summary>
    static string Id(int n, int minute) =>
        $"overlay(callintel.first_id('2026-02-01 10:{minute:00}Z')::text placing "
        + $"substr(md5('tail{n}')::uuid::text, 15) from 15)::uuid";
}
