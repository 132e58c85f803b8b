using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Study;
using Spectre.Console;

namespace CallIntel.Ask;

/// <summary>Real text messages (see data/README.md), so that questions about texts find something.</summary>
static class Texts
{
    static readonly DateTimeOffset Start = new(2026, 1, 5, 7, 0, 0, TimeSpan.Zero);

    /// <summary>Stores the messages, turns text search on, and waits until a worker has indexed them.</summary>
    public static async Task ImportAsync(
        CallIntelDataSource source,
        IAnsiConsole console,
        CancellationToken cancellationToken
    )
    {
        string[] lines = await File.ReadAllLinesAsync(
            Path.Combine(AppContext.BaseDirectory, "data", "messages.txt"),
            cancellationToken
        );
        await using OrgSession owner = await source.OpenSessionAsync(DemoOrg.Even.As(OrgRole.Owner), cancellationToken);
        IngestReport report = await owner.Ingestion.WriteAsync(
            new IngestSource("texts"),
            [
                .. lines.Select(
                    (line, i) =>
                        new EventRecord
                        {
                            OccurredAt = Start.AddMinutes(113 * i),
                            Channel = EventChannel.Sms,
                            Direction = i % 3 == 0 ? EventDirection.Outbound : EventDirection.Inbound,
                            Outcome = i % 3 == 0 ? EventOutcome.Sent : EventOutcome.Completed,
                            Party = $"+45209{i % 40:00000}",
                            ExternalId = $"{i}",
                            Body = line,
                        }
                ),
            ],
            cancellationToken
        );
        await owner.Search.EnableTextAsync(SearchLanguage.English, cancellationToken);
        using CallIntelWorker worker = new(
            source,
            [],
            new JobWorkerOptions { PollInterval = TimeSpan.FromMilliseconds(50) }
        );
        await worker.StartAsync(cancellationToken);
        while (!(await owner.Search.ReadIndexAsync(cancellationToken)).IsComplete)
            await Task.Delay(50, cancellationToken);
        await worker.StopAsync(cancellationToken);
        console.WriteLine($"   {DemoOrg.Even.Name}: {report.Read} text messages are stored encrypted, and indexed");
    }
}
