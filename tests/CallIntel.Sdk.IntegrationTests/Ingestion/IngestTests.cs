using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

public sealed class IngestTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("pbx", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reimporting_a_feed_inserts_and_changes_nothing()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("replay", Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(5_000)];

        IngestReport first = await IngestAsync(org, records, batchSize: 700);
        StoredState after = await StoredState.OfAsync(fixture.Database, org);
        IngestReport second = await IngestAsync(org, records, batchSize: 1_300);

        AssertReport(first, read: 5_000, inserted: 5_000);
        AssertReport(second, read: 5_000, inserted: 0, duplicate: 5_000);
        Assert.Equal(5_000, after.Events);
        Assert.Equal(records.Count(r => r.Body is not null), after.Contents);
        Assert.Equal(records.Select(r => r.Party).Distinct().Count(), after.Contacts);
        Assert.Equal(after, await StoredState.OfAsync(fixture.Database, org));
    }

    [Fact]
    public async Task A_duplicate_inside_one_batch_is_counted_and_stored_once()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("duplicates", Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(100)];
        AssertReport(
            await IngestAsync(org, [.. records, .. records.Take(30)], batchSize: 1_000),
            read: 130,
            inserted: 100,
            duplicate: 30
        );
    }

    [Fact]
    public async Task Two_spellings_of_a_number_are_one_contact_and_orgs_share_no_contacts()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("spellings", Cancellation);
        EventRecord like = GeneratedRecords.Take(1).Single();
        string?[] parties = ["+45 20 10 10 10", "20101010", "004520101010", "1212", "Bank", "BANK", null];
        await IngestAsync(org, [.. parties.Select((party, i) => like with { Party = party, ExternalId = $"s{i}" })]);
        StoredState state = await StoredState.OfAsync(fixture.Database, org);
        Assert.Equal((7, 3, 3), (state.Events, state.Contacts, state.Numbers));
    }

    [Fact]
    public async Task Invalid_records_are_rejected_with_position_and_reason_and_the_rest_is_stored()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("rejects", Cancellation);
        EventRecord good = GeneratedRecords.Take(1).Single();
        (EventRecord Record, string? Reason)[] cases =
        [
            (good, null),
            (good with { OccurredAt = default }, "missing_time"),
            (good with { OccurredAt = new DateTimeOffset(1899, 12, 31, 0, 0, 0, TimeSpan.Zero) }, "time_out_of_range"),
            (good with { OccurredAt = DateTimeOffset.UtcNow.AddYears(3) }, "time_out_of_range"),
            (good with { Party = "+45\0" }, "nul_character"),
            (good with { Party = new string('x', 600) }, "text_too_long"),
            (good with { Body = new string('x', 10 << 20) }, "text_too_long"),
            (good with { Transcript = "a\0b" }, "nul_character"),
            (good with { ExternalId = "a\0b" }, "nul_character"),
            (good with { Body = "lone \ud800 surrogate" }, "wrong_encoding"),
            (good with { Duration = TimeSpan.FromSeconds(-1) }, "duration_out_of_range"),
            (good with { Channel = (EventChannel)9 }, "unknown_code"),
            (EventRecord.Unreadable(RejectReason.Malformed, "{ not json"), "malformed"),
            (good with { ExternalId = "last" }, null),
        ];

        IngestReport report = await IngestAsync(org, [.. cases.Select(c => c.Record)], batchSize: 4);

        int bad = cases.Count(c => c.Reason is not null);
        AssertReport(report, read: cases.Length, inserted: cases.Length - bad, rejected: bad);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        List<(long Ordinal, string Reason, int RawLength)> rejects = await admin
            .QueryAsync(
                "select ordinal, reason, coalesce(octet_length(raw), 0) from callintel.ingest_rejects order by ordinal",
                r => (r.GetInt64(0), r.GetString(1), r.GetInt32(2)),
                cancellationToken: Cancellation
            )
            .ToListAsync(Cancellation);
        Assert.Equal(
            cases.Select((c, i) => ((long)i, c.Reason)).Where(c => c.Reason is not null),
            rejects.Select(r => (r.Ordinal, (string?)r.Reason))
        );
        Assert.All(rejects, r => Assert.InRange(r.RawLength, 0, (1 << 16) + 63)); // the envelope around it
    }

    [Fact]
    public async Task A_failing_source_leaves_complete_batches_and_a_failed_run()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("failing", Cancellation);
        static IEnumerable<EventRecord> Failing()
        {
            foreach (EventRecord record in GeneratedRecords.Take(250))
                yield return record;
            throw new InvalidDataException("the source broke");
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => IngestAsync(org, Failing(), batchSize: 100));

        Assert.Equal(200, await StoredState.CountAsync(fixture.Database, org, "events"));
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        Assert.Equal(
            [("failing", "source_failed")],
            await viewer
                .QueryAsync(
                    "select state, error_code from callintel.sync_health",
                    r => (r.GetString(0), r.GetString(1)),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
        AssertReport(
            await IngestAsync(org, GeneratedRecords.Take(250), batchSize: 100),
            read: 250,
            inserted: 50,
            duplicate: 200
        );
        Assert.Equal(
            ["ok"],
            await viewer
                .QueryAsync(
                    "select state from callintel.sync_health",
                    r => r.GetString(0),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task The_cursor_advances_with_its_batch_and_only_from_the_start_of_the_run()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("cursor", Cancellation);
        IngestReport report = await IngestAsync(
            org,
            GeneratedRecords.Take(50).Select((r, i) => r with { Cursor = $"c{i}" }),
            batchSize: 20
        );
        Assert.Equal("c49", report.Cursor);

        async IAsyncEnumerable<EventRecord> Overtaken()
        {
            foreach (EventRecord record in GeneratedRecords.Take(20, seed: 2))
                yield return record with
                {
                    Cursor = "mine",
                };
            await using NpgsqlCommand other = fixture.Database.Admin.CreateCommand(
                "update callintel_private.sync_streams set cursor = 'theirs' where org_id = $1"
            );
            other.Parameters.Add(new NpgsqlParameter { Value = org.Id.Value });
            await other.ExecuteNonQueryAsync(Cancellation);
        }

        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
            session.Ingestion.IngestAsync(Source, Overtaken(), cancellationToken: Cancellation)
        );
        Assert.Equal(ErrorCodes.CursorMoved, error.Code);
        Assert.Equal(50, await StoredState.CountAsync(fixture.Database, org, "events"));
    }

    [Theory]
    [InlineData(OrgRole.Viewer)]
    [InlineData(OrgRole.Analyst)]
    public async Task Roles_without_the_permission_cannot_ingest(OrgRole role)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(role, Cancellation);
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
            session.Ingestion.IngestAsync(
                Source,
                GeneratedRecords.Async(GeneratedRecords.Take(1)),
                cancellationToken: Cancellation
            )
        );
        Assert.Equal(ErrorCodes.NotAllowed, error.Code);
    }

    [Fact]
    public async Task Members_ingest_only_their_own_events()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("members", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        MemberId self = org.Members[OrgRole.Member];
        IEnumerable<EventRecord> own = GeneratedRecords.Take(10).Select(r => r with { Member = self });
        AssertReport(
            await session.Ingestion.IngestAsync(Source, GeneratedRecords.Async(own), cancellationToken: Cancellation),
            read: 10,
            inserted: 10
        );

        IEnumerable<EventRecord> mixed = GeneratedRecords
            .Take(10, seed: 3)
            .Select((r, i) => r with { Member = i == 5 ? org.Members[OrgRole.Admin] : self });
        Assert.Equal(
            ErrorCodes.NotAllowed,
            (
                await Assert.ThrowsAsync<CallIntelException>(() =>
                    session.Ingestion.IngestAsync(
                        Source,
                        GeneratedRecords.Async(mixed),
                        cancellationToken: Cancellation
                    )
                )
            ).Code
        );
        Assert.Equal(10, await StoredState.CountAsync(fixture.Database, org, "events"));
    }

    [Fact]
    public async Task Rows_injected_into_staging_tables_are_never_merged()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("staging", Cancellation);
        await using (NpgsqlDataSource app = NpgsqlDataSource.Create(fixture.Database.AppConnectionString))
            for (int slot = 0; slot < 8; slot++)
            {
                await using NpgsqlCommand poison = app.CreateCommand(
                    $"""
                    insert into callintel.staging_{slot} (id, occurred_at, channel, direction, outcome)
                    values (callintel.first_id('2026-01-09'), '2026-01-09', 1, 1, 1)
                    """
                );
                await poison.ExecuteNonQueryAsync(Cancellation);
            }
        AssertReport(await IngestAsync(org, GeneratedRecords.Take(100), batchSize: 10), read: 100, inserted: 100);
        Assert.Equal(100, await StoredState.CountAsync(fixture.Database, org, "events"));
    }

    [Fact]
    public async Task Staged_rows_of_another_transaction_are_neither_merged_nor_removed()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("streaming", Cancellation);
        await using (
            NpgsqlCommand left = fixture.Database.Admin.CreateCommand(
                """
                insert into callintel_private.staging_stream (xact, id, occurred_at, channel, direction, outcome)
                values ('3', callintel.first_id('2026-01-09'), '2026-01-09', 1, 1, 1)
                """
            )
        )
            await left.ExecuteNonQueryAsync(Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(3)];
        AssertReport(await session.Ingestion.WriteAsync(Source, records, Cancellation), read: 3, inserted: 3);
        // again: what is stored is compared, by way of the table
        AssertReport(
            await session.Ingestion.WriteAsync(Source, records, Cancellation),
            read: 3,
            inserted: 0,
            duplicate: 3
        );
        Assert.Equal(3, await StoredState.CountAsync(fixture.Database, org, "events"));
        await using NpgsqlCommand count = fixture.Database.Admin.CreateCommand(
            "with gone as (delete from callintel_private.staging_stream returning 1) select count(*) from gone"
        );
        Assert.Equal(1L, await count.ExecuteScalarAsync(Cancellation));
    }

    async Task<IngestReport> IngestAsync(TestOrg org, IEnumerable<EventRecord> records, int batchSize = 20_000)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await session.Ingestion.IngestAsync(
            Source,
            GeneratedRecords.Async(records),
            new IngestOptions { BatchSize = batchSize },
            Cancellation
        );
    }

    static void AssertReport(IngestReport report, long read, long inserted, long duplicate = 0, long rejected = 0)
    {
        Assert.Equal(
            (read, inserted, duplicate, rejected),
            (report.Read, report.Inserted, report.Duplicate, report.Rejected)
        );
        Assert.Equal(
            report.Read,
            report.Inserted + report.Updated + report.Duplicate + report.Rejected + report.Suppressed
        );
    }
}
