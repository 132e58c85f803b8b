using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Embeddings;

/// <summary>An org with messages, a data source with a model, and a worker that embeds.</summary>
sealed class EmbeddingOrg : IAsyncDisposable
{
    internal const string Model = "words";

    static readonly DateTimeOffset Noon = new(2026, 1, 20, 12, 0, 0, TimeSpan.Zero);

    readonly TestDatabase _database;

    EmbeddingOrg(TestDatabase database, TestOrg org, CallIntelDataSource source)
    {
        _database = database;
        Org = org;
        Source = source;
    }

    internal TestOrg Org { get; }

    internal CallIntelDataSource Source { get; }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static async Task<EmbeddingOrg> CreateAsync(TestDatabase database, params EmbeddingModelOptions[] models)
    {
        TestOrg org = await database.CreateOrgAsync("embeddings", Cancellation);
        return new EmbeddingOrg(
            database,
            org,
            database.CreateDataSource(options =>
            {
                foreach (EmbeddingModelOptions model in models)
                    options.Embeddings.Models.Add(model);
                options.Embeddings.EventsPerStep = 3;
                options.Embeddings.TextsPerCall = 2;
            })
        );
    }

    internal ValueTask<OrgSession> OpenAsync(OrgRole role, AccessPurpose purpose = AccessPurpose.None) =>
        Source.OpenSessionAsync(Org.As(role) with { Purpose = purpose }, Cancellation);

    internal async Task<int> EnableAsync(string model = Model, int limit = 1000)
    {
        await using OrgSession owner = await OpenAsync(OrgRole.Owner);
        return await owner.Embeddings.EnableAsync(model, WordModel.Size, limit, Cancellation);
    }

    internal EventRecord Sms(
        string id,
        string text,
        string party = "+4532123456",
        OrgRole member = OrgRole.Member,
        RecordChange change = RecordChange.None
    ) =>
        new()
        {
            OccurredAt = Noon,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = EventOutcome.Sent,
            Party = party,
            ExternalId = id,
            Member = Org.Members[member],
            Body = change is RecordChange.None ? text : null,
            Change = change,
        };

    internal async Task ImportAsync(params EventRecord[] records)
    {
        await using OrgSession owner = await OpenAsync(OrgRole.Owner);
        await owner.Ingestion.IngestAsync(
            new IngestSource("phone"),
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
    }

    internal async Task<ContactId> ContactAsync(string party)
    {
        await using OrgSession owner = await OpenAsync(OrgRole.Owner);
        return (await owner.Contacts.FindByNumberAsync(party, cancellationToken: Cancellation))!.Value;
    }

    /// <summary>Passes over all events with a worker, until the pass has ended and former models are deleted.</summary>
    internal async Task EmbedAsync()
    {
        await using (OrgSession owner = await OpenAsync(OrgRole.Owner))
            await owner.Embeddings.EnqueueAsync(Cancellation);
        await RunAsync();
    }

    internal async Task RunAsync()
    {
        // The end of an import starts a pass a minute later.
        await ExecuteAsync("update callintel_private.jobs set run_at = now()");
        using CallIntelWorker worker = new(
            Source,
            [],
            new JobWorkerOptions
            {
                PollInterval = TimeSpan.FromMilliseconds(20),
                FirstRetryDelay = TimeSpan.FromMilliseconds(1),
                LongestRetryDelay = TimeSpan.FromMilliseconds(1),
            }
        );
        await worker.StartAsync(Cancellation);
        while (
            await ScalarAsync<bool>(
                "select exists (select from callintel_private.jobs where died_at is null and dedup_key = 'all')"
                    + " or exists (select from callintel_private.embedding_models where state = 2)"
            )
        )
            await Task.Delay(20, Cancellation);
        await worker.StopAsync(Cancellation);
    }

    internal async Task<VectorAnswer> FindAsync(
        string text,
        int most = 10,
        OrgRole role = OrgRole.Analyst,
        VectorFilter filter = default,
        AccessPurpose purpose = AccessPurpose.None
    )
    {
        await using OrgSession session = await OpenAsync(role, purpose);
        return await session.Vectors.FindAsync(text, filter, most, Cancellation);
    }

    /// <summary>The bodies of the vectors' events, which the source numbered, nearest first.</summary>
    internal async Task<string[]> FoundAsync(
        string text,
        int most = 10,
        OrgRole role = OrgRole.Analyst,
        VectorFilter filter = default,
        AccessPurpose purpose = AccessPurpose.None
    )
    {
        VectorAnswer answer = await FindAsync(text, most, role, filter, purpose);
        List<string> ids = [];
        foreach (VectorMatch match in answer.Matches)
            ids.Add(
                await ScalarAsync<string>(
                    $"select external_id from callintel_private.events where id = '{match.Event}'"
                )
            );
        return [.. ids];
    }

    internal Task<long> VectorsAsync(string condition = "true") =>
        ScalarAsync<long>($"select count(*) from callintel_private.event_embeddings where {condition}");

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using NpgsqlCommand command = _database.Admin.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
