using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Access;

// which batches are merged beside others
public sealed partial class TwinOrgTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Rows_of_another_org_with_equal_ids_do_not_make_a_batch_exclusive(bool held) => OnAsync(held, async () =>
        {
            await SeedMoreAsync();
            const string Words = "decode('c10100' || repeat('01', 60), 'hex')",
                None = "null::bytea";
            Assert.NotEqual(
                "0",
                await AdminAsync($"select count(*) from callintel_private.event_tombstones where org_id = '{Twin.Id}'")
            );
            await AdminAsync($"delete from callintel_private.event_tombstones where org_id = '{Own.Id}'");

            // new here, stored there
            Assert.Equal("handled, 1 inserted", await NewAsync(OrgRole.Owner, (9, 9, Words, "5")));
            Assert.Equal(
                "1",
                await AdminAsync(
                    $"""
                    select count(*) from callintel_private.event_contents
                     where org_id = '{Own.Id}' and event_id = {Id(9, 9)} and body_hash = 5
                    """
                )
            );
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
            // stored unchanged here and with other values there
            Assert.Equal(
                "handled, 0 inserted",
                await NewAsync(OrgRole.Owner, (8, 8, None, "null"), (9, 9, Words, "5"))
            );
            // content that only the other org has, and content that differs
            Assert.Equal("not handled", await NewAsync(OrgRole.Owner, (8, 8, Words, "1")));
            Assert.Equal("not handled", await NewAsync(OrgRole.Owner, (24, 24, None, "null"), (9, 9, Words, "6")));
            // of a member every record is looked at
            Assert.Equal("not handled", await NewAsync(OrgRole.Member, (24, 24, None, "null")));
            Assert.Equal("handled, 1 inserted", await NewAsync(OrgRole.Owner, (24, 24, None, "null")));
            // a record was deleted here
            await AdminAsync(
                $"""
                insert into callintel_private.event_tombstones (org_id, record_key, kind)
                values ('{Own.Id}', callintel_private.record_key({Id(25, 25)}), 1)
                """
            );
            Assert.Equal("not handled", await NewAsync(OrgRole.Owner, (25, 25, None, "null")));
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_single_event_is_written_regardless_of_equal_ids_in_another_org(bool held) => OnAsync(held, async () =>
        {
            await SeedMoreAsync();
            await AdminAsync("update callintel_private.sync_runs set rolling = true where id = md5('twinrun0')::uuid");
            string before = await TwinAsync();
            // new here; stored there, deleted there
            Assert.Equal("True", await WriteOneAsync(OrgRole.Owner, 9));
            Assert.Equal("True", await WriteOneAsync(OrgRole.Owner, 18));
            Assert.Equal(
                "2 2",
                await AdminAsync(
                    $"""
                    select (select count(*) from callintel_private.events
                        where org_id = '{Own.Id}' and id in ({Id(9, 9)}, {Id(18, 18)})) || ' '
                        || (select count(*) from callintel_private.event_contents
                            where org_id = '{Own.Id}' and event_id in ({Id(9, 9)}, {Id(18, 18)}) and body_hash = 5)
                    """
                )
            );
            // stored here, deleted here: not touched, and not counted
            Assert.Equal("False", await WriteOneAsync(OrgRole.Owner, 8));
            await AdminAsync(
                $"""
                insert into callintel_private.event_tombstones (org_id, record_key, kind)
                values ('{Own.Id}', callintel_private.record_key({Id(25, 25)}), 1)
                """
            );
            Assert.Equal("False", await WriteOneAsync(OrgRole.Owner, 25));
            Assert.Equal(
                "2 2 True",
                await AdminAsync(
                    $"""
                    select r.read || ' ' || r.inserted || ' ' || case when r.watermark = s.watermark
                       and r.finished_at = r.heartbeat_at and s.watermark >= '2026-02-01 10:18Z' then 'True' end
                      from callintel_private.sync_runs r
                      join callintel_private.sync_streams s on s.org_id = r.org_id and s.id = r.stream_id
                     where r.org_id = '{Own.Id}' and r.id = md5('twinrun0')::uuid
                    """
                )
            );
            Assert.Equal(
                "2",
                await RunAsync(
                    OrgRole.Owner,
                    """
                    select count(*) from callintel.audit_log
                     where action = 'ingest' and row_count = 1 and detail = md5('twinrun0')::uuid::text
                    """
                )
            );
            // a member's own, and nobody else's
            Assert.Equal("CI005", await WriteOneAsync(OrgRole.Member, 24));
            Assert.Equal("CI022", await WriteOneAsync(OrgRole.Owner, 24, "twinstream1"));
            // content under a key that only the twin has
            Assert.Equal("CI128", await WriteOneAsync(OrgRole.Owner, 24, key: "sha256('theirs')"));
            Assert.Equal("True", await WriteOneAsync(OrgRole.Owner, 24));
            Assert.Equal(before, await TwinAsync());
        });

    /// <returns>What <c>write_event</c> says of an event of the own admin.</returns>
    Task<string> WriteOneAsync(
        OrgRole role,
        int n,
        string stream = "twinstream0",
        string key = "decode(repeat('01', 32), 'hex')"
    ) =>
        RunAsync(
            role,
            $"""
            select callintel.write_event(null, md5('twinsource0')::uuid, md5('twinrun0')::uuid, md5('{stream}')::uuid,
                   {Id(n, n)}, '2026-02-01 10:{n:00}Z', md5('twincontact0')::uuid,
                '{Own.Members[OrgRole.Admin]}', null, 2::smallint, 1::smallint, 1::smallint, null, 'x{n}',
                    '\xc10100'::bytea || {key} || decode(repeat('01', 28), 'hex'), null, null, 5, null, null)
            """
        );

    /// <returns>What <c>merge_new</c> says of a batch.</returns>
    Task<string> NewAsync(OrgRole role, params (int N, int Minute, string Body, string Hash)[] rows) =>
        RunAsync(
            role,
            $"""
            do $do$ declare slot integer := callintel.open_slot(); begin
                execute format($rows$insert into callintel.staging_%s (id, occurred_at, member_id, channel, direction,
                    outcome, external_id, body, body_hash)
                                     values
                                         {string.Join(
                ", ",
                rows.Select(r =>
                    $"({Id(r.N, r.Minute)}, '2026-02-01 10:{r.Minute:00}Z', "
                        + $"'{Own.Members[role is OrgRole.Owner ? OrgRole.Admin : role]}', 2, 1, 1, 'x{r.N}', "
                        + $"{r.Body}, {r.Hash}::bigint)"
                )
            )}$rows$, slot);
                perform set_config('test.merged', case when m.handled
                    then 'handled, ' || m.inserted || ' inserted' else 'not handled' end, true)
                   from callintel.merge_new(slot, md5('twinsource0')::uuid) m;
            end $do$
            """,
            "select current_setting('test.merged')"
        );
}
