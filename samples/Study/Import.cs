using CallIntel.Sdk;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

namespace CallIntel.Study;

/// <summary>The results of all imports of a run.</summary>
sealed record ImportTotals(long Read, long Inserted, long Duplicate, long Rejected, double Seconds)
{
    public double RowsPerSecond => Seconds > 0 ? Read / Seconds : 0;

    public ImportTotals Plus(IngestReport report) =>
        new(
            Read + report.Read,
            Inserted + report.Inserted,
            Duplicate + report.Duplicate,
            Rejected + report.Rejected,
            Seconds + report.Elapsed.TotalSeconds
        );
}

/// <summary>Imports the records: the same two files for each org, with the org's own mappings.</summary>
static class Import
{
    static readonly string[] Files = ["calls", "sms"];

    public static async Task<ImportTotals> RunAsync(
        CallIntelDataSource source,
        IAnsiConsole console,
        CancellationToken cancellationToken
    )
    {
        console.MarkupLine(
            "[bold]2. Real call and message records[/] [grey](Copenhagen Networks Study; no content)[/]"
        );
        ImportTotals totals = new(0, 0, 0, 0, 0);
        async Task RunAllAsync(Func<string, double, ProgressTask>? addBar)
        {
            foreach (DemoOrg org in DemoOrg.Both)
            foreach (string file in Files)
            {
                IngestReport report = await RunAsync(source, org, file, addBar, cancellationToken);
                totals = totals.Plus(report);
                if (addBar is null)
                    console.WriteLine(
                        $"   {org.Name}: {file}: {report.Read:N0} read, {report.Inserted:N0} inserted, "
                            + $"{report.Duplicate:N0} duplicates"
                    );
            }
        }
        // Progress bars are unreadable in a file.
        if (!console.Profile.Capabilities.Interactive)
            await RunAllAsync(null);
        else
            await console
                .Progress()
                .Columns(
                    new TaskDescriptionColumn(),
                    new ProgressBarColumn(),
                    new PercentageColumn(),
                    new ElapsedTimeColumn()
                )
                .StartAsync(bars =>
                    RunAllAsync((description, records) => bars.AddTask(description, maxValue: records))
                );
        foreach (DemoOrg org in DemoOrg.Both)
            totals = totals.Plus(await NoteAsync(source, org, cancellationToken));

        console.WriteLine(
            $"   {totals.Read:N0} read = {totals.Inserted:N0} inserted + {totals.Duplicate:N0} duplicates + "
                + $"{totals.Rejected:N0} rejected; {totals.RowsPerSecond:N0} per second"
        );
        if (totals.Inserted == 0)
            console.MarkupLine("   [grey]An earlier run stored these records. No record is stored twice.[/]");
        console.WriteLine();
        return totals;
    }

    static async Task<IngestReport> RunAsync(
        CallIntelDataSource source,
        DemoOrg org,
        string file,
        Func<string, double, ProgressTask>? addBar,
        CancellationToken cancellationToken
    )
    {
        string path = Path.Combine(AppContext.BaseDirectory, "data", $"{file}.csv");
        CsvMapping mapping = CsvMapping.Load(
            Path.Combine(AppContext.BaseDirectory, "mappings", $"{file}.{org.Side}.json")
        );
        ProgressTask? bar = addBar?.Invoke(
            $"{org.Name}: {file}",
            await CsvImporter.ReadAsync(path, mapping, cancellationToken).CountAsync(cancellationToken)
        );

        await using OrgSession admin = await source.OpenSessionAsync(org.As(OrgRole.Admin), cancellationToken);
        return await admin.Ingestion.IngestAsync(
            new IngestSource($"copenhagen-{file}", "csv"),
            CsvImporter.ReadAsync(path, mapping, cancellationToken),
            new IngestOptions { BatchSize = 2_000, Progress = bar is null ? null : new BarProgress(bar) },
            cancellationToken
        );
    }

    /// <summary>
    /// Stores one message with content, because the records of the study have none. An application passes records of
    /// its own in this way.
    /// </summary>
    static async Task<IngestReport> NoteAsync(
        CallIntelDataSource source,
        DemoOrg org,
        CancellationToken cancellationToken
    )
    {
        EventRecord note = new()
        {
            OccurredAt = new DateTimeOffset(2026, 1, 26, 9, 0, 0, TimeSpan.Zero),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = EventOutcome.Sent,
            Party = "+45 32 12 34 56",
            PartyKind = PartyKind.Number,
            ExternalId = "note-1",
            Body = $"Hello from {org.Name}: this text is for this org only.",
        };
        await using OrgSession admin = await source.OpenSessionAsync(org.As(OrgRole.Admin), cancellationToken);
        return await admin.Ingestion.IngestAsync(
            new IngestSource("quickstart"),
            new[] { note }.ToAsyncEnumerable(),
            cancellationToken: cancellationToken
        );
    }

    sealed class BarProgress(ProgressTask bar) : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value) => bar.Value = value.Read;
    }
}
