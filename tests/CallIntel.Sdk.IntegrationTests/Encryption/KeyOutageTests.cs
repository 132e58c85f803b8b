using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Bulk;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>Tests unavailable keys: errors have a code, nothing is stored as plaintext, and nothing is lost.</summary>
public sealed class KeyOutageTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("outage", DefaultRegion: "DK");
    static readonly TimeSpan BeyondTimeToLive = new OrgKeyRingOptions().TimeToLive + TimeSpan.FromSeconds(1);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Outages => ["refused", "timed out", "timed out as HTTP clients say it", "broken"];

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task Without_the_key_provider_nothing_is_stored_and_a_retry_stores_everything(string outage)
    {
        await using CallIntelDataSource source = Open(out FaultyRootKeys root);
        root.Fault = Fault(outage);
        TestOrg org = await fixture.Database.CreateOrgAsync(outage, Cancellation);
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        EventRecord[] records =
        [
            .. GeneratedRecords.Take(100),
            EventRecord.Unreadable(RejectReason.Malformed, "what nobody could read"),
        ];

        await RefusedAsync(CryptoErrorCodes.RootProviderUnavailable, () => IngestAsync(session, records));
        Assert.Equal("0 0 0 0", await StoredAsync(org));

        root.Fault = null;
        IngestReport report = await IngestAsync(session, records);
        Assert.Equal((101, 100, 1), (report.Read, report.Inserted, report.Rejected));
    }

    [Fact]
    public async Task A_key_outage_during_a_run_keeps_committed_batches_and_a_retry_adds_the_rest_once()
    {
        MovableClock clock = new();
        await using CallIntelDataSource source = Open(out FaultyRootKeys root, clock);
        TestOrg org = await fixture.Database.CreateOrgAsync("midway", Cancellation);
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        EventRecord[] records =
        [
            .. GeneratedRecords.Take(200).Select((r, i) => r with { Party = $"+4520{100_000 + i}" }),
        ];
        TaskCompletionSource committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IngestOptions options = new()
        {
            BatchSize = 50,
            Lanes = 1,
            Progress = new Watch(progress =>
            {
                if (progress.Read == 100)
                    committed.TrySetResult();
            }),
        };

        await RefusedAsync(CryptoErrorCodes.RootProviderUnavailable, () =>
            session.Ingestion.IngestAsync(Source, BreakAfterAsync(100), options, Cancellation)
        );
        Assert.StartsWith("100 ", await StoredAsync(org), StringComparison.Ordinal);

        root.Fault = null;
        IngestReport report = await session.Ingestion.IngestAsync(
            Source,
            GeneratedRecords.Async(records),
            options,
            Cancellation
        );
        Assert.Equal((200, 100, 100), (report.Read, report.Inserted, report.Duplicate));

        async IAsyncEnumerable<EventRecord> BreakAfterAsync(int count)
        {
            await foreach (EventRecord record in GeneratedRecords.Async(records))
            {
                if (count-- == 0)
                {
                    await committed.Task; // batches are encrypted while the next is read
                    root.Fault = new TimeoutException();
                    clock.Elapse(BeyondTimeToLive);
                }
                yield return record;
            }
        }
    }

    [Fact]
    public async Task Without_the_key_provider_reading_content_fails_with_a_code_and_reading_metadata_works()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("reading", Cancellation);
        await using (OrgSession writer = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await IngestAsync(writer, GeneratedRecords.Take(20));

        await using CallIntelDataSource source = Open(out FaultyRootKeys root);
        root.Fault = new TimeoutException();
        await using OrgSession reader = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        await RefusedAsync(CryptoErrorCodes.RootProviderUnavailable, async () =>
            await reader
                .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
                .ToListAsync(Cancellation)
        );
        await RefusedAsync(CryptoErrorCodes.RootProviderUnavailable, () =>
            reader.Contacts.FindByNumberAsync("+4520100001", cancellationToken: Cancellation)
        );
        List<ConversationEvent> facts = await reader
            .Events.ReadAsync(EventFilter.All, Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(20, facts.Count);
        ContactId contact = facts.First(e => e.Contact is not null).Contact!.Value;
        await RefusedAsync(CryptoErrorCodes.RootProviderUnavailable, () =>
            reader.Contacts.ListNumbersAsync(contact, Cancellation)
        );

        root.Fault = null;
        Assert.All(
            await reader
                .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
                .Where(e => e.Content is not null)
                .ToListAsync(Cancellation),
            e => Assert.Equal(DecryptResult.Ok, e.Content!.Status)
        );
    }

    [Theory]
    [InlineData(30)]
    [InlineData(-30)]
    public async Task Key_cache_expiry_uses_elapsed_time_and_ignores_the_wall_clock(int seconds)
    {
        MovableClock clock = new();
        await using CallIntelDataSource source = Open(out FaultyRootKeys root, clock);
        TestOrg org = await fixture.Database.CreateOrgAsync("jumping", Cancellation);
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        await IngestAsync(session, GeneratedRecords.Take(20));

        clock.Jump = TimeSpan.FromSeconds(seconds);
        root.Fault = new TimeoutException(); // nothing may need the provider: the keys are fresh
        Assert.Equal(20, (await IngestAsync(session, GeneratedRecords.Take(20, seed: 2))).Inserted);

        clock.Elapse(BeyondTimeToLive);
        await RefusedAsync(CryptoErrorCodes.RootProviderUnavailable, async () =>
            await session
                .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task The_database_rejects_unencrypted_content()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("unprotected", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        // with a contact the number is refused, without one the text; a long text, so that its length is no reason
        foreach (string? party in new[] { "+4520100001", null })
        {
            EventRecord record = GeneratedRecords.Take(1).Single() with { Party = party, Body = new string('x', 200) };
            CallIntelException refused = await RefusedAsync(ErrorCodes.DatabaseError, () =>
                IngestPipeline.RunAsync(
                    session.IngestContext,
                    Source,
                    GeneratedRecords.Async([record]),
                    new IngestOptions(),
                    Cancellation,
                    run => new Naive(new BatchEncryptor(session.Encryption, run))
                )
            );
            Assert.Equal(
                PostgresErrorCodes.CheckViolation,
                Assert.IsType<PostgresException>(refused.InnerException).SqlState
            );
        }
        Assert.Equal("0 0 0 0", await StoredAsync(org));
    }

    /// <summary>A process of its own, whose provider can be taken down.</summary>
    CallIntelDataSource Open(out FaultyRootKeys root, TimeProvider? clock = null)
    {
        FaultyRootKeys? faulty = null;
        CallIntelDataSource source = fixture.Database.CreateDataSource(
            o => o.RootKeys = faulty = new FaultyRootKeys(o.RootKeys!),
            clock
        );
        root = faulty!;
        return source;
    }

    static Exception Fault(string outage) =>
        outage switch
        {
            "refused" => new HttpRequestException("refused"),
            "timed out" => new TimeoutException(),
            "broken" => new InvalidOperationException("broken"),
            _ => new TaskCanceledException("timed out", new TimeoutException()),
        };

    static Task<IngestReport> IngestAsync(OrgSession session, IEnumerable<EventRecord> records) =>
        session.Ingestion.IngestAsync(Source, GeneratedRecords.Async(records), cancellationToken: Cancellation);

    /// <summary>Events, contents, numbers and rejects of the org.</summary>
    Task<string> StoredAsync(TestOrg org) =>
        ScalarAsync<string>(
            fixture.Database,
            """
            select (select count(*) from callintel_private.events where org_id = $1) || ' '
                || (select count(*) from callintel_private.event_contents where org_id = $1) || ' '
                || (select count(*) from callintel_private.contact_numbers where org_id = $1) || ' '
                || (select count(*) from callintel_private.ingest_rejects where org_id = $1)
            """,
            org.Id.Value
        );

    sealed class Watch(Action<IngestProgress> report) : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value) => report(value);
    }

    /// <summary>What an application would have to smuggle in: values as they are.</summary>
    sealed class Naive(IIngestProtection proper) : IIngestProtection
    {
        public Task<Guid[]> SuppressionDigestsAsync(PartyAddress[] parties, CancellationToken cancellationToken) =>
            proper.SuppressionDigestsAsync(parties, cancellationToken);

        public Task<T> WithNumberIndexAsync<T>(
            Func<NumberIndex, Task<T>> lookUp,
            CancellationToken cancellationToken
        ) => proper.WithNumberIndexAsync(lookUp, cancellationToken);

        public Task<byte[][]> ProtectAsync(
            PartyAddress[] parties,
            Guid[] contacts,
            Guid[] indexes,
            CancellationToken cancellationToken
        ) => Task.FromResult<byte[][]>([.. parties.Select(p => p.ToBytes())]);

        public Task ProtectAsync(IngestBatch batch, CancellationToken cancellationToken)
        {
            foreach (ref StagedEvent row in batch.Events)
                row.StoredBody = Encoding.UTF8.GetBytes(row.Body!);
            return Task.CompletedTask;
        }
    }
}
