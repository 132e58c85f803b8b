using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Jobs.TestJobs;

namespace CallIntel.Sdk.IntegrationTests.Search;

/// <summary>Orgs with messages that are indexed by a worker.</summary>
static class SearchHarness
{
    internal static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static string NumberOf(int contact) => $"+452000030{contact}";

    /// <summary>A message of a contact. Its external id is its place.</summary>
    internal static EventRecord Message(int place, string body, int contact = 0) =>
        new()
        {
            OccurredAt = Start.AddMinutes(place),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            Party = NumberOf(contact),
            ExternalId = $"{place}",
            Body = body,
        };

    /// <summary>An org whose contents are indexed.</summary>
    internal static async Task<TestOrg> OrgAsync(
        TestDatabase database,
        string name,
        IEnumerable<EventRecord> records,
        SearchLanguage language = SearchLanguage.English
    )
    {
        TestOrg org = await database.CreateOrgAsync(name, Cancellation);
        await StoreAsync(org, records);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Search.EnableTextAsync(language, Cancellation);
        await IndexAsync(database, org);
        return org;
    }

    internal static async Task StoreAsync(TestOrg org, IEnumerable<EventRecord> records, string source = "phone")
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource(source, TimesMayChange: true),
            records.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Assert.Equal(0, report.Rejected);
    }

    /// <summary>Runs a worker until everything that is stored now is indexed.</summary>
    internal static async Task IndexAsync(TestDatabase database, TestOrg org)
    {
        DateTime stored = await ScalarAsync<DateTime>(database, "select clock_timestamp()");
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        using CallIntelWorker worker = Worker(database);
        await worker.StartAsync(Cancellation);
        while (
            await session.Search.ReadIndexAsync(Cancellation) is not { IsComplete: true, IndexedAt: { } indexed }
            || indexed < stored
        )
        {
            await ExecuteAsync(
                database,
                "update callintel_private.jobs set run_at = now() where kind = 'index_events' and worker is null"
            );
            Assert.Equal(0, await CountAsync(database, "died_at is not null"));
            await Task.Delay(20, Cancellation);
        }
        await worker.StopAsync(Cancellation);
    }

    /// <summary>The places of the messages that a search finds, the best first.</summary>
    internal static Task<int[]> FindAsync(TestOrg org, string text, OrgRole role = OrgRole.Admin) =>
        FindAsync(org, SearchQuery.For(text).Take(100), role);

    internal static async Task<int[]> FindAsync(TestOrg org, SearchQuery query, OrgRole role = OrgRole.Admin)
    {
        await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
        SearchAnswer answer = await session.Search.FindAsync(query, Cancellation);
        return [.. answer.Hits.Select(hit => int.Parse(hit.Event.ExternalId!))];
    }

    internal static async Task FindsAsync(int[] expected, Task<int[]> search) => Assert.Equal(expected, await search);

    internal static async Task<int[]> SortedAsync(Task<int[]> search) => [.. (await search).Order()];
}
