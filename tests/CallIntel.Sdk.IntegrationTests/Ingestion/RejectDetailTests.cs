using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

public sealed class RejectDetailTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Detail = "duration: expected seconds, m:ss, h:mm:ss or an ISO 8601 duration";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_field_and_what_was_expected_are_stored_with_a_reject_by_either_lane()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestSource source = new("details");
        EventRecord[] records = [Broken("first"), Broken("second") with { RejectDetail = null }];
        IngestReport batch = await admin.Ingestion.IngestAsync(
            source,
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
        IngestReport write = await admin.Ingestion.WriteAsync(source, records, Cancellation);
        foreach (Guid run in new[] { batch.RunId, write.RunId })
        {
            List<RejectedRecord> rejects = await admin
                .Ingestion.ReadRejectsAsync(run, Cancellation)
                .ToListAsync(Cancellation);
            Assert.Equal([Detail, null], rejects.Select(r => r.Detail));
            Assert.Equal(["first", "second"], rejects.Select(r => r.Raw));
        }

        string path = Path.GetTempFileName();
        try
        {
            await RejectFile.WriteAsync(
                path,
                admin.Ingestion.ReadRejectsAsync(batch.RunId, Cancellation),
                Cancellation
            );
            Assert.Contains(
                $"\"detail\":\"{Detail}\"",
                await File.ReadAllTextAsync(path, Cancellation),
                StringComparison.Ordinal
            );
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Equal(
            [Detail],
            await admin
                .QueryAsync(
                    "select detail from callintel.ingest_rejects where run_id = $1 and detail is not null",
                    row => row.GetString(0),
                    [batch.RunId],
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task A_detail_that_is_too_long_is_cut_and_does_not_fail_the_batch()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestReport report = await admin.Ingestion.IngestAsync(
            new IngestSource("long details"),
            GeneratedRecords.Async([Broken("raw") with { RejectDetail = new string('\u65e5', 5000) }]),
            cancellationToken: Cancellation
        );
        Assert.Equal(
            new string('\u65e5', 1000),
            Assert
                .Single(await admin.Ingestion.ReadRejectsAsync(report.RunId, Cancellation).ToListAsync(Cancellation))
                .Detail
        );
    }

    /// <summary>The call of an SDK that does not know details.</summary>
    [Fact]
    public async Task Rejects_can_be_recorded_without_details()
    {
        await using SessionTransaction session = await SessionTransaction.BeginAsync(
            fixture.Database,
            fixture.Own.As(OrgRole.Admin)
        );
        await session.RunAsync(
            """
            select callintel.record_batch(s.run_id, s.stream_id, 0, 0, 0, 0, null, '{0}', '{malformed}',
                       array[null::bytea], array[null::text], null, null, null)
              from callintel.start_run('older', 'test', 'default') s
            """
        );
    }

    static EventRecord Broken(string raw) =>
        EventRecord.Unreadable(RejectReason.Malformed, raw) with
        {
            RejectDetail = Detail,
        };
}
