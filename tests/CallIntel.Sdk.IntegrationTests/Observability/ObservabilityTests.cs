using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace CallIntel.Sdk.IntegrationTests.Observability;

/// <summary>What <c>docs/guides/observability.md</c> promises of log events and spans.</summary>
public sealed partial class ObservabilityTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Secret = "the words of a private message";
    const string Number = "+4520301122";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_a_write_and_a_crypto_shred_are_logged_and_traced_without_personal_values()
    {
        using LogFactory logs = new();
        ConcurrentBag<Activity> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "CallIntel.Sdk",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);

        await using CallIntelDataSource source = SourceWith(logs);
        OrgIdentity owner = fixture.Own.As(OrgRole.Owner);
        await using OrgSession session = await source.OpenSessionAsync(owner, Cancellation);
        EventRecord record = new()
        {
            OccurredAt = DateTimeOffset.Parse("2026-02-03T04:05:06Z", null),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Party = Number,
            Body = Secret,
            ExternalId = "observed",
        };
        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource("observed"),
            new[] { record }.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        await session.Ingestion.WriteAsync(
            new IngestSource("observed"),
            [record with { ExternalId = "written" }],
            Cancellation
        );
        await session.Dashboards.VolumeAsync(
            new TimeRange(record.OccurredAt, record.OccurredAt.AddDays(1)),
            Grain.Day,
            Cancellation
        );
        ContactId contact = (await session.Contacts.FindByNumberAsync(Number, cancellationToken: Cancellation))!.Value;
        await session.Keys.CryptoShredAsync(contact, Cancellation);

        Assert.Superset(
            new HashSet<int> { 1000, 1100, 1101, 1201, 1202 },
            logs.Records.Select(r => r.Id.Id).ToHashSet()
        );
        Assert.Contains(logs.Records, r => r.Id.Id == 1101 && r.Message.Contains($"{report.RunId}"));
        Assert.Superset(
            new HashSet<string>
            {
                "callintel.ingest.batch",
                "callintel.ingest.write",
                "callintel.figure",
                "callintel.keys.load",
            },
            spans.Select(s => s.OperationName).ToHashSet()
        );
        string everything = string.Join(
            '\n',
            logs.Records.Select(r => $"{r.Message} {r.Exception}")
                .Concat(spans.SelectMany(s => s.TagObjects.Select(t => $"{t.Key}={t.Value}")))
        );
        foreach (string personal in new[] { Secret, Number, Number[1..], $"{contact.Value}", $"{owner.Member.Value}" })
            Assert.DoesNotContain(personal, everything, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_failed_run_and_a_refused_database_are_logged_by_their_codes()
    {
        using LogFactory logs = new();
        await using (CallIntelDataSource source = SourceWith(logs))
        {
            await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation);
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                session.Ingestion.IngestAsync(new IngestSource("broken"), Broken(), cancellationToken: Cancellation)
            );
        }
        Assert.Contains(logs.Records, r => r.Id.Id == 1102 && r.Message.Contains("source_failed"));

        await using CallIntelDataSource nowhere = SourceWith(logs, options =>
            options.ConnectionString = "Host=127.0.0.1;Port=1;Username=callintel_app;Timeout=2"
        );
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(async () =>
            await nowhere.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation)
        );
        Assert.Contains(logs.Records, r => r.Id.Id == 1001 && r.Message.Contains(error.Code));

        static async IAsyncEnumerable<EventRecord> Broken()
        {
            await Task.Yield();
            yield return EventRecord.Unreadable(RejectReason.Malformed, "x");
            throw new InvalidOperationException("the source broke");
        }
    }

    [Fact]
    public void The_guide_lists_every_log_event_and_span()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs/guides/observability.md"));
        string[] sources =
        [
            .. Directory
                .GetFiles(Path.Combine(Repository.Root, "src/CallIntel.Sdk"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
                .Select(File.ReadAllText),
        ];
        string[] names =
        [
            .. sources.SelectMany(text => LogEvent().Matches(text)).Select(m => $"| {m.Groups[1].Value} |"),
            .. sources.SelectMany(text => Span().Matches(text)).Select(m => $"| `{m.Groups[1].Value}` |"),
        ];
        Assert.True(names.Length > 15);
        Assert.All(names, name => Assert.Contains(name, guide, StringComparison.Ordinal));
    }

    CallIntelDataSource SourceWith(ILoggerFactory logs, Action<CallIntelOptions>? configure = null)
    {
        CallIntelOptions options = new();
        // the options of the test database, root keys included
        _ = fixture.Database.CreateDataSource(ofDatabase => options = ofDatabase);
        configure?.Invoke(options);
        return new CallIntelDataSource(options, logs);
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(\d+),")]
    private static partial Regex LogEvent();

    [GeneratedRegex(@"SpanAsync\(\s*""([a-z.]+)""")]
    private static partial Regex Span();

    /// <summary>Gives every category the same collector.</summary>
    sealed class LogFactory : ILoggerFactory
    {
        readonly FakeLogCollector _collector = new();

        internal IReadOnlyList<FakeLogRecord> Records =>
            [.. _collector.GetSnapshot().Where(r => r.Category!.StartsWith("CallIntel.", StringComparison.Ordinal))];

        public ILogger CreateLogger(string categoryName) => new FakeLogger(_collector, categoryName);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose() { }
    }
}
