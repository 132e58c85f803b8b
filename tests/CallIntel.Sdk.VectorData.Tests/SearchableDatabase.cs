using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Embeddings;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.VectorData.Tests;
using Npgsql;

[assembly: AssemblyFixture(typeof(SearchableDatabase))]

namespace CallIntel.Sdk.VectorData.Tests;

/// <summary>
/// A database with an org whose messages are indexed and embedded, one of them of a hidden contact, another org with
/// the same texts, and one without embeddings.
/// </summary>
public sealed class SearchableDatabase : IAsyncLifetime
{
    internal static readonly DateTimeOffset Start = new(2026, 1, 20, 12, 0, 0, TimeSpan.Zero);
    PostgresServer _server = null!;
    MigratedTemplate _template = null!;

    internal TestDatabase Database { get; private set; } = null!;

    /// <summary>A data source with the model that the orgs use.</summary>
    internal CallIntelDataSource Source { get; private set; } = null!;

    internal TestOrg Own { get; private set; } = null!;

    internal TestOrg Foreign { get; private set; } = null!;

    internal TestOrg Unembedded { get; private set; } = null!;

    /// <summary>The ids of the messages of the own org, by their external ids.</summary>
    internal IReadOnlyDictionary<string, ConversationEvent> Events { get; private set; } = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync(new PostgresServerOptions { Progress = Console.WriteLine });
        _template = await MigratedTemplate.CreateAsync(_server, admin =>
            new CallIntelOperations(admin).EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 1))
        );
        Database = await _template.CloneAsync(Cancellation);
        Source = Database.CreateDataSource(options =>
            options.Embeddings.Models.Add(WordModel.Options("words", new WordModel()))
        );
        Own = await Database.CreateOrgAsync("own", Cancellation);
        Foreign = await Database.CreateOrgAsync("foreign", Cancellation);
        Unembedded = await Database.CreateOrgAsync("unembedded", Cancellation);
        await FillAsync(Own);
        await FillAsync(Foreign);
        await FillAsync(Unembedded);
        Dictionary<string, ConversationEvent> events = [];
        await using OrgSession owner = await OpenAsync(OrgRole.Owner);
        await foreach (ConversationEvent e in owner.Events.ReadAsync(EventFilter.All, Cancellation))
            events.Add(e.ExternalId!, e);
        Events = events;
        await owner.Privacy.SetAsync(
            events["hidden"].Contact!.Value,
            new PrivacyRule { Level = PrivacyLevel.Hidden },
            Cancellation
        );
        await PrepareAsync(Own);
        await PrepareAsync(Foreign);
        await IndexAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Database.DisposeAsync();
        await _template.DisposeAsync();
        await _server.DisposeAsync();
    }

    internal ValueTask<OrgSession> OpenAsync(OrgRole role, TestOrg? org = null) =>
        Source.OpenSessionAsync((org ?? Own).As(role), Cancellation);

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    async Task FillAsync(TestOrg org)
    {
        await using OrgSession owner = await OpenAsync(OrgRole.Owner, org);
        IngestReport report = await owner.Ingestion.WriteAsync(
            new IngestSource("phone"),
            [
                Message("late", 0, "my parcel is late", "+4532100001"),
                Message("lost", 1, "my parcel 4711 is lost", "+4532100002") with
                {
                    Member = org.Members[OrgRole.Member],
                },
                Message("bill", 2, "the invoice is wrong", "+4532100001") with
                {
                    Direction = EventDirection.Outbound,
                    Outcome = EventOutcome.Sent,
                    Member = org.Members[OrgRole.Member],
                },
                Message("voice", 3, "", "+4532100002") with
                {
                    Channel = EventChannel.Voicemail,
                    Body = null,
                    Transcript = "where is my parcel",
                    Summary = "asks for the parcel",
                },
                Message("hidden", 4, "my parcel is late", "+4532100003"),
            ],
            Cancellation
        );
        Assert.Equal(5, report.Inserted);
    }

    static EventRecord Message(string id, int hour, string text, string party) =>
        new()
        {
            OccurredAt = Start.AddHours(hour),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            Party = party,
            ExternalId = id,
            Body = text,
        };

    async Task PrepareAsync(TestOrg org)
    {
        await using OrgSession owner = await OpenAsync(OrgRole.Owner, org);
        await owner.Search.EnableTextAsync(SearchLanguage.English, Cancellation);
        await owner.Embeddings.EnableAsync("words", WordModel.Size, 1000, Cancellation);
    }

    async Task IndexAsync()
    {
        using CallIntelWorker worker = new(
            Source,
            [],
            new JobWorkerOptions { PollInterval = TimeSpan.FromMilliseconds(20) }
        );
        await worker.StartAsync(Cancellation);
        while (
            !await ScalarAsync<bool>(
                """
                select (select count(*) = 2 from callintel_private.embedding_models m where m.state = 1)
                   and (select count(distinct (l.org_id, l.event_id)) = 10 from callintel_private.event_lexemes l)
                """
            )
        )
            await Task.Delay(20, Cancellation);
        await worker.StopAsync(Cancellation);
    }
}
