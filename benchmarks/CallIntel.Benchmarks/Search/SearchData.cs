using System.Globalization;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Search;

/// <summary>Orgs whose messages are stored and indexed as an application does it.</summary>
static class SearchData
{
    static readonly DateTimeOffset Begin = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    internal static Task<MigratedTemplate> CreateTemplateAsync(PostgresServer server) =>
        MigratedTemplate.CreateAsync(server, async admin =>
        {
            CallIntelOperations operations = new(admin);
            await operations.EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 1));
        });

    /// <summary>Stores texts as messages whose external ids are their places.</summary>
    internal static async Task<TestOrg> StoreAsync(TestDatabase database, string name, IEnumerable<string> texts)
    {
        TestOrg org = await database.CreateOrgAsync(name);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner);
        await owner.Ingestion.IngestAsync(
            new IngestSource("texts"),
            texts
                .Select(
                    (text, i) =>
                        new EventRecord
                        {
                            OccurredAt = Begin.AddMinutes(i),
                            Channel = EventChannel.Sms,
                            Direction = EventDirection.Inbound,
                            Outcome = EventOutcome.Completed,
                            Party = $"+4520{i % 5000:000000}",
                            ExternalId = $"{i}",
                            Body = text,
                        }
                )
                .ToAsyncEnumerable()
        );
        return org;
    }

    /// <summary>Turns text search on and runs a worker until all texts are indexed.</summary>
    internal static async Task IndexAsync(TestDatabase database, TestOrg org)
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner);
        await owner.Search.EnableTextAsync(SearchLanguage.English);
        using CallIntelWorker worker = new(
            database.DataSource,
            [],
            new JobWorkerOptions { PollInterval = TimeSpan.FromMilliseconds(50) }
        );
        await worker.StartAsync(CancellationToken.None);
        while (await owner.Search.ReadIndexAsync() is not { IsComplete: true })
            await Task.Delay(50);
        await worker.StopAsync(CancellationToken.None);
    }

    /// <summary>Returns the places of the best ten texts, without reading their contents.</summary>
    internal static async Task<List<int>> FindAsync(OrgSession session, string text)
    {
        SearchAnswer answer = await session.Search.FindAsync(SearchQuery.For(text).Take(10).WithoutSnippets());
        return [.. answer.Hits.Select(hit => int.Parse(hit.Event.ExternalId!, CultureInfo.InvariantCulture))];
    }

    internal static double Percentile(List<double> values)
    {
        values.Sort();
        return values[(int)Math.Ceiling(values.Count * 0.95) - 1];
    }

    internal static async Task ExecuteAsync(TestDatabase database, string sql, params object[] values)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        command.CommandTimeout = 0;
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
