using CallIntel.Sdk.Events;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Privacy.PrivacyHarness;

namespace CallIntel.Sdk.IntegrationTests.Privacy;

/// <summary>
/// Tests a privacy rule that is set while events are stored: the events have the level of the rule, regardless of the
/// order of commits.
/// </summary>
public sealed class RuleRaceTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Body = "decode('c10100' || repeat('00', 60), 'hex')";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("write_event")]
    [InlineData("write_events of one")]
    [InlineData("write_events of two")]
    [InlineData("merge_new")]
    [InlineData("merge_batch")]
    public async Task A_rule_waits_for_a_batch_being_stored_and_then_sets_the_level_of_its_events(string lane)
    {
        (TestOrg org, ContactId contact, string store) = await OrgAsync(lane);
        await using SessionTransaction batch = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Admin)
        );
        await batch.RunAsync(store);
        await using SessionTransaction rule = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Admin)
        );
        Task<object?> setting = await WaitingAsync(
            rule,
            $"select callintel.set_privacy_rule('{contact}', 2::smallint, '{{}}', false, false, null)"
        );
        await batch.CommitAsync();
        await setting;
        await rule.CommitAsync();
        Assert.Equal("2 2", await LevelsAsync(org, contact));
    }

    [Theory]
    [InlineData("write_event")]
    [InlineData("write_events of one")]
    [InlineData("write_events of two")]
    [InlineData("merge_new")]
    [InlineData("merge_batch")]
    public async Task A_batch_waits_for_a_rule_being_set_and_is_stored_with_its_level(string lane)
    {
        (TestOrg org, ContactId contact, string store) = await OrgAsync(lane);
        await using SessionTransaction rule = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Admin)
        );
        await rule.RunAsync($"select callintel.set_privacy_rule('{contact}', 2::smallint, '{{}}', false, false, null)");
        await using SessionTransaction batch = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Admin)
        );
        Task<object?> storing = await WaitingAsync(batch, store);
        await rule.CommitAsync();
        await storing;
        await batch.CommitAsync();
        Assert.Equal("2 2", await LevelsAsync(org, contact));
    }

    [Fact]
    public async Task Batches_of_one_org_do_not_wait_for_rules_of_another()
    {
        (TestOrg org, _, string store) = await OrgAsync("write_events of two");
        (TestOrg other, ContactId contact, _) = await OrgAsync("write_events of two");
        await using SessionTransaction rule = await SessionTransaction.BeginAsync(
            fixture.Database,
            other.As(OrgRole.Admin)
        );
        await rule.RunAsync($"select callintel.set_privacy_rule('{contact}', 2::smallint, '{{}}', false, false, null)");
        await using SessionTransaction batch = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Admin)
        );
        await batch.RunAsync("set local lock_timeout = '3s'");
        await batch.RunAsync(store);
    }

    [Fact]
    public async Task A_page_of_events_reads_no_privacy_rule()
    {
        (TestOrg org, ContactId[] contacts) = await PrivacyHarness.OrgAsync(fixture.Database, "pages", 3);
        await PrivacyRules.SetAsync(org, contacts[0], (short)PrivacyLevel.Hidden, Cancellation);
        await PrivacyRules.SetAsync(org, contacts[1], (short)PrivacyLevel.MetadataOnly, Cancellation);
        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Member, OrgRole.Analyst, OrgRole.Admin })
        {
            string plans = await FunctionPlan.OfAsync(
                fixture.Database,
                org.As(role),
                EventQuery.Read(
                    new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea },
                    EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(),
                    null,
                    50
                ),
                ""
            );
            Assert.Contains("callintel_private.readable_events", plans, StringComparison.Ordinal);
            Assert.DoesNotContain("privacy_rule", plans, StringComparison.Ordinal);
            Assert.DoesNotContain(" on contacts", plans, StringComparison.Ordinal);
        }
    }

    /// <returns>The statement as a task, once its backend waits for a lock.</returns>
    async Task<Task<object?>> WaitingAsync(SessionTransaction session, string sql)
    {
        int backend = (int)(await session.RunAsync("select pg_backend_pid()"))!;
        Task<object?> waiting = session.RunAsync(sql);
        while (
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from pg_catalog.pg_locks where pid = $1 and not granted",
                backend
            ) == 0
        )
            Assert.False(waiting.IsCompleted, "it did not wait");
        return waiting;
    }

    /// <summary>An org with a contact of two messages, and a statement that stores two more, with content.</summary>
    async Task<(TestOrg Org, ContactId Contact, string Store)> OrgAsync(string lane)
    {
        (TestOrg org, ContactId[] contacts) = await PrivacyHarness.OrgAsync(fixture.Database, lane, 1, 2);
        await SampleKeys.AddAsync(fixture.Database.Admin, org.Id);
        await using (
            NpgsqlCommand rolling = fixture.Database.Admin.CreateCommand(
                $"update callintel_private.sync_runs set rolling = true where org_id = '{org.Id}'"
            )
        )
            await rolling.ExecuteNonQueryAsync(Cancellation);
        string contact = $"'{contacts[0]}'::uuid",
            of = $"from callintel.sync_runs r join callintel.sync_streams s on s.id = r.stream_id";
        return (
            org,
            contacts[0],
            lane switch
            {
                "write_event" => $"""
                select callintel.write_event(null, s.source_id, r.id, s.id, callintel.first_id(t), t,
                       {contact}, null, null, 2::smallint, 1::smallint, 1::smallint, null, 'x' || t,
                           {Body}, null, null, 1, null, null) {of}, generate_series(timestamptz '2026-01-20 10:00Z',
                               '2026-01-20 10:01Z', '1 minute') t
                """,
                "write_events of one" => string.Join(
                    "; ",
                    Enumerable.Range(0, 2).Select(minute => Write(contact, of, minute, 1))
                ),
                "write_events of two" => Write(contact, of, 0, 2),
                _ =>
                    $"""
                do $do$ declare slot integer := callintel.open_slot(); begin
                    execute format($rows$insert into callintel.staging_%s (id, occurred_at, contact_id, channel,
                        direction, outcome, external_id, body, body_hash)
                                         select callintel.first_id(t), t, {contact}, 2, 1, 1, 'x' || t, {Body}, 1
                                           from generate_series(timestamptz '2026-01-20 10:00Z', '2026-01-20 10:01Z',
                                                '1 minute') t$rows$, slot);
                    {(
                    lane == "merge_new"
                        ? "if not (select m.handled from callintel.merge_new(slot, gen_random_uuid()) m) "
                            + "then raise exception 'not handled'; end if;"
                        : "perform callintel.merge_batch(slot, gen_random_uuid(), false);"
                )}
                end $do$
                """,
            }
        );
    }

    static string Write(string contact, string of, int minute, int count)
    {
        string Each(string value) => $"array_fill({value}, '{{{count}}}')";
        return $"""
            select w.inserted
              from (select s.source_id,
                           array(select timestamptz '2026-01-20 10:0{minute}Z' + n * interval '1 minute'
                                   from generate_series(0, {count - 1}) n) as times {of} limit 1) x,
                   lateral callintel.write_events(x.source_id, false,
                       array(select callintel.first_id(t) from unnest(x.times) t), x.times, {Each(contact)},
                       {Each("null::uuid")}, {Each("null::integer")}, {Each("2::smallint")}, {Each("1::smallint")},
                       {Each("1::smallint")}, {Each("null::smallint")}, {Each("null::text")}, {Each(Body)},
                       {Each("null::bytea")}, {Each("null::bytea")}, {Each("null::timestamptz")},
                       {Each("null::smallint")}, {Each("1::bigint")}, {Each("null::bigint")},
                       {Each("null::bigint")}) w
            """;
    }

    /// <returns>The levels of the four events of the contact and of their content.</returns>
    async Task<string> LevelsAsync(TestOrg org, ContactId contact)
    {
        Assert.Equal(
            4L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.event_contents where org_id = $1 and contact_id = $2",
                org.Id.Value,
                contact.Value
            )
        );
        return await ScalarAsync<string>(
            fixture.Database,
            """
            select (select string_agg(distinct level::text, ',') from callintel_private.events
                where org_id = $1 and contact_id = $2) || ' '
                || (select string_agg(distinct level::text, ',') from callintel_private.event_contents
                    where org_id = $1 and contact_id = $2)
            """,
            org.Id.Value,
            contact.Value
        );
    }
}
