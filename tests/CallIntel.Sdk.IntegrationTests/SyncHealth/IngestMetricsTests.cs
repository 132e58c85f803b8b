using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

public sealed partial class IngestMetricsTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    /// <summary>The only tags, and what they may hold: the page of the guide says the same.</summary>
    static readonly Dictionary<string, string[]> Tags = new()
    {
        ["callintel.ingest.outcome"] = ["inserted", "updated", "duplicate", "rejected", "suppressed"],
        ["callintel.ingest.reason"] = ["missing_time"],
        ["error.type"] = ["source_failed"],
    };

    [GeneratedRegex(@"^\| `(callintel\.ingest\.\w+(\.\w+)?)`", RegexOptions.Multiline)]
    private static partial Regex DocumentedInstrument();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_match_the_import_reports_and_contain_no_personal_data()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("metrics", Cancellation);
        using ScopedMeters meters = new();
        Dictionary<string, double> sums = [];
        List<KeyValuePair<string, object?>> tags = [];
        List<string> published = [];
        int batches = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope != meters)
                return;
            published.Add(instrument.Name);
            self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, of, _) => Measured(instrument, value, of));
        listener.SetMeasurementEventCallback<double>((instrument, value, of, _) => Measured(instrument, 0 * value, of));
        void Measured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> of)
        {
            lock (sums)
            {
                batches += instrument.Name == "callintel.ingest.batch.duration" ? 1 : 0;
                tags.AddRange(of);
                string key = instrument.Name + string.Concat(of.ToArray().Select(t => "/" + t.Value));
                sums[key] = sums.GetValueOrDefault(key) + value;
            }
        }
        listener.Start();

        await using CallIntelDataSource source = fixture.Database.CreateDataSource(meterFactory: meters);
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        IngestSource pbx = new("metrics of a customer", DefaultRegion: "DK");
        IngestOptions options = new() { BatchSize = 10 };
        EventRecord[] records = [.. GeneratedRecords.Take(30)];
        await session.Ingestion.IngestAsync(
            pbx,
            records.Append(records[0] with { OccurredAt = default }).ToAsyncEnumerable(),
            options,
            Cancellation
        );
        EventRecord changed = records[3] with
        {
            Outcome = records[3].Outcome == EventOutcome.Missed ? EventOutcome.Completed : EventOutcome.Missed,
        };
        IngestReport second = await session.Ingestion.IngestAsync(
            pbx,
            records.Append(changed).ToAsyncEnumerable(),
            options,
            Cancellation
        );
        // a webhook's writes too: one new record, one that is known with one that is none
        EventRecord delivered = GeneratedRecords.Take(31).Last();
        await session.Ingestion.WriteAsync(pbx, [delivered], Cancellation);
        await session.Ingestion.WriteAsync(pbx, [delivered, delivered with { OccurredAt = default }], Cancellation);
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            session.Ingestion.IngestAsync(pbx, Broken(), options, Cancellation)
        );

        Assert.Equal((30, 1), (second.Duplicate, second.Updated));
        Assert.Equal(
            new Dictionary<string, double>
            {
                ["callintel.ingest.records/inserted"] = 31,
                ["callintel.ingest.records/rejected"] = 2,
                ["callintel.ingest.records/duplicate"] = 31,
                ["callintel.ingest.records/updated"] = 1,
                ["callintel.ingest.rejects/missing_time"] = 2,
                ["callintel.ingest.runs"] = 2,
                ["callintel.ingest.runs/source_failed"] = 1,
                ["callintel.ingest.active_runs"] = 0,
                ["callintel.ingest.batch.duration"] = 0,
            }.OrderBy(p => p.Key, StringComparer.Ordinal),
            sums.OrderBy(p => p.Key, StringComparer.Ordinal)
        );
        Assert.Equal(10, batches);
        Assert.All(tags, tag =>
            Assert.Contains(Convert.ToString(tag.Value, CultureInfo.InvariantCulture), Tags[tag.Key])
        );

        string guide = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/guides/sync-health.md"),
            Cancellation
        );
        Assert.Equal(
            published
                .Where(name => name.StartsWith("callintel.ingest.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
            DocumentedInstrument().Matches(guide).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal)
        );
        Assert.All(Tags.Keys, tag => Assert.Contains($"`{tag}`", guide, StringComparison.Ordinal));

        static async IAsyncEnumerable<EventRecord> Broken()
        {
            await Task.Yield();
            throw new InvalidDataException();
#pragma warning disable CS0162 // makes it an iterator
            yield break;
#pragma warning restore CS0162
        }
    }
}
