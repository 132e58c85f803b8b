using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Tests that bulk imports and single writes of the same records end in the same rows with the same counts.
/// </summary>
public sealed class BulkAndSingleWriteTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly DateTimeOffset Noon = new(2026, 1, 31, 23, 0, 0, TimeSpan.Zero);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task Random_records_end_in_the_same_rows_in_bulk_and_single_writes(int seed, bool timesMayChange)
    {
        TestOrg bulk = await fixture.Database.CreateOrgAsync($"bulk {seed}", Cancellation),
            stream = await fixture.Database.CreateOrgAsync($"stream {seed}", Cancellation);
        await using OrgSession ofBulk = await bulk.OpenSessionAsync(OrgRole.Owner, Cancellation),
            ofStream = await stream.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestSource source = new("both", TimesMayChange: timesMayChange);
        Random random = new(seed);
        int updated = 0,
            suppressed = 0,
            rejected = 0;
        for (int batch = 0; batch < 60; batch++)
        {
            EventRecord[] records = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => Delivery(random))];
            IngestReport one = await ofBulk.Ingestion.IngestAsync(
                source,
                GeneratedRecords.Async(records),
                cancellationToken: Cancellation
            );
            IngestReport other = await ofStream.Ingestion.WriteAsync(source, records, Cancellation);
            Assert.Equal((batch, Counts(one)), (batch, Counts(other)));
            updated += (int)one.Updated;
            suppressed += (int)one.Suppressed;
            rejected += (int)one.Rejected;
        }
        Assert.True(
            updated > 10 && suppressed > 10 && rejected > 5,
            $"The deliveries try too little: {updated} updated, {suppressed} suppressed, {rejected} rejected."
        );
        Assert.Equal(await RowsAsync(bulk), await RowsAsync(stream));
        Assert.Equal(
            await StoredState.OfAsync(fixture.Database, bulk),
            await StoredState.OfAsync(fixture.Database, stream)
        );
        Assert.Equal(0L, await ScalarAsync("select count(*) from callintel_private.staging_stream"));
    }

    static EventRecord Delivery(Random random)
    {
        int id = random.Next(40);
        RecordChange change = random.Next(14) switch
        {
            0 => RecordChange.Deleted,
            1 => RecordChange.Redacted,
            _ => RecordChange.None,
        };
        return new EventRecord
        {
            OccurredAt =
                random.Next(20) == 0 ? default : Noon.AddMinutes(id).AddHours(random.Next(6) == 0 ? random.Next(3) : 0),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = (EventOutcome)random.Next(4),
            Party = random.Next(4) == 0 ? null : $"+45321234{id % 5}0",
            ExternalId = $"r{id}",
            Duration = random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(3)) : null,
            Body = change is RecordChange.Redacted || random.Next(3) == 0 ? null : $"text {random.Next(3)}",
            Summary = random.Next(5) == 0 ? "short" : null,
            ModifiedAt = random.Next(3) == 0 ? Noon.AddDays(1).AddMinutes(random.Next(5)) : null,
            Details =
                random.Next(3) == 0
                    ? new()
                    {
                        Status = $"s{random.Next(3)}",
                        Price = random.Next(2) == 0 ? -0.01m : null,
                        Currency = "USD",
                    }
                    : null,
            Parts = random.Next(6) == 0 ? [new EventPart("image/png", $"{random.Next(2)}.png", 1)] : [],
            OtherParties = random.Next(6) == 0 ? [new EventParty($"+45400000{random.Next(3)}0", PartyRole.Cc)] : [],
            Change = change,
        };
    }

    static (long, long, long, long, long, long) Counts(IngestReport r) =>
        (r.Read, r.Inserted, r.Updated, r.Duplicate, r.Rejected, r.Suppressed);

    /// <summary>
    /// Every row that a merge writes, without what is random: ids of contacts and sources, and envelopes.
    /// </summary>
    async Task<string> RowsAsync(TestOrg org) =>
        (string)
            await ScalarAsync(
                $"""
                select string_agg(line, e'\n' order by line) from (
                    select 'event ' || concat_ws('|', id, occurred_at, contact_id is null, member_id, duration_s,
                           channel, direction, outcome, utc_offset_minutes, external_id) as line
                      from callintel_private.events where org_id = '{org.Id}'
                    union all select 'details ' || concat_ws('|', event_id, contact_id is null, modified_at,
                        price_micros, status, currency) from callintel_private.event_details where org_id = '{org.Id}'
                    union all select 'part ' || concat_ws('|', event_id, contact_id is null, ordinal, media_type,
                        size_bytes) from callintel_private.event_parts where org_id = '{org.Id}'
                    union all select 'party ' || concat_ws('|', event_id, contact_id is null, ordinal, role,
                        party_id is null) from callintel_private.event_participants where org_id = '{org.Id}'
                    union all select 'content ' || concat_ws('|', event_id, contact_id is null, body is null,
                        summary is null, sealed_id) from callintel_private.event_contents where org_id = '{org.Id}'
                    union all select 'key ' || concat_ws('|', record_key, event_id) from callintel_private.event_keys
                        where org_id = '{org.Id}'
                    union all select 'tombstone ' || concat_ws('|', record_key, kind)
                        from callintel_private.event_tombstones where org_id = '{org.Id}'
                    union all select 'dirty ' || bucket from callintel_private.dirty_buckets where org_id = '{org.Id}'
                    union all select 'watermark ' || watermark from callintel_private.sync_streams
                        where org_id = '{org.Id}'
                    union all select 'counted ' || concat_ws('|', sum(read), sum(inserted), sum(updated),
                        sum(duplicate), sum(rejected), sum(suppressed)) from callintel_private.sync_runs
                        where org_id = '{org.Id}'
                    union all select 'rejects ' || reason || ' ' || count(*) from callintel_private.ingest_rejects
                        where org_id = '{org.Id}' group by reason) rows
                """
            );

    async Task<object> ScalarAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        return (await command.ExecuteScalarAsync(Cancellation))!;
    }
}
