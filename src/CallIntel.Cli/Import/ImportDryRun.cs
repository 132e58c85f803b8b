using System.Globalization;
using System.Runtime.CompilerServices;
using CallIntel.Cli.Output;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using Spectre.Console;

namespace CallIntel.Cli.Import;

/// <summary>Checks a file without storing anything.</summary>
static class ImportDryRun
{
    const int RecordsPerReport = 1000;

    internal static async Task<Outcome> RunAsync(
        ImportRequest request,
        ConsoleOutput console,
        CancellationToken cancellationToken
    )
    {
        DryRunReport report = await ImportProgress
            .WithBarAsync(console, request.File, progress =>
                DryRun.RunAsync(
                    request.Source,
                    ReportAsync(request.ReadAsync(null, cancellationToken), progress, cancellationToken),
                    request.Rejects,
                    cancellationToken: cancellationToken
                )
            )
            .ConfigureAwait(false);
        return new Outcome(
            report.Rejected == 0 ? ExitCode.Ok : ExitCode.Findings,
            new
            {
                DryRun = true,
                Format = request.Format,
                request.File.Preset,
                report.Read,
                report.Accepted,
                report.Repeated,
                report.Rejected,
                Skipped = request.File.Skipped,
                report.Reasons,
                report.RejectReasons,
                report.Channels,
                report.Directions,
                report.Outcomes,
                report.Withheld,
                report.UnrecognizedNumbers,
                report.Conversations,
                report.OwnLines,
                report.AssumedDirections,
                report.DirectionBases,
                report.AssumedTimes,
                report.TimeBases,
                report.Earliest,
                report.Latest,
                report.Samples,
            },
            console => Show(console, request, report)
        );
    }

    /// <summary>Reports the number of records while they are read.</summary>
    static async IAsyncEnumerable<EventRecord> ReportAsync(
        IAsyncEnumerable<EventRecord> records,
        ImportProgress progress,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        long read = 0;
        await foreach (EventRecord record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return record;
            if (++read % RecordsPerReport == 0)
                progress.Report(new IngestProgress(read, 0, 0, Guid.Empty));
        }
    }

    static void Show(IAnsiConsole console, ImportRequest request, DryRunReport report)
    {
        string preset = request.File.Preset is { } name ? $" (preset {name})" : "";
        console.WriteLine(
            $"{request.Format}{preset}: {report.Read} read, {report.Accepted} would be stored "
                + $"({report.Repeated} of them repeated), {report.Rejected} rejected. Nothing was stored."
        );
        if (report.Earliest is { } earliest && report.Latest is { } latest)
            console.WriteLine($"  from {earliest:yyyy-MM-dd HH:mm} to {latest:yyyy-MM-dd HH:mm}");
        if (report.Accepted > 0)
            ShowAccepted(console, report, request.Explains);
        ImportNotes.Show(console, request, report.RejectReasons, report.UnrecognizedNumbers, report.AssumedDirections);
    }

    static void ShowAccepted(IAnsiConsole console, DryRunReport report, bool explains)
    {
        console.WriteLine($"  {Counts(report.Channels)}");
        console.WriteLine($"  {Counts(report.Directions)}");
        console.WriteLine($"  {Counts(report.Outcomes)}");
        console.WriteLine(
            $"  conversations: {report.Conversations}, records with an own line: {report.OwnLines}, "
                + $"with a withheld number: {report.Withheld} ({Percent(report.Withheld, report.Accepted)})"
        );
        foreach ((TimeBasis basis, long count) in report.TimeBases.Where(pair => pair.Key is not TimeBasis.Stated))
            console.WriteLine($"  {count} with a time that is a guess: {Reason(basis)}");
        if (explains)
            console.WriteLine($"  directions decided by: {Counts(report.DirectionBases)}");
        foreach (DryRunSample sample in report.Samples)
        {
            console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {sample.Place ?? "sample"}: {sample.OccurredAt:yyyy-MM-dd HH:mm:ss zzz}, {sample.Channel}, "
                )
                    + $"{sample.Direction}, {sample.Outcome}, {sample.Party ?? "withheld"}"
                    + (sample.Duration is { } duration ? $", {duration.TotalSeconds:0} s" : "")
                    + (sample.ContentLength > 0 ? $", {sample.ContentLength} characters of content" : "")
            );
            if (explains)
            {
                console.WriteLine($"    {sample.Direction}, because {Reason(sample)}");
                if (sample.TimeBasis is not TimeBasis.Stated)
                    console.WriteLine($"    the time is a guess: {Reason(sample.TimeBasis)}");
            }
        }
    }

    static string Reason(DryRunSample sample)
    {
        string reason = sample.DirectionBasis switch
        {
            DirectionBasis.Stated => "the source states the direction",
            DirectionBasis.OwnLine => "one side is one of the org's own lines",
            DirectionBasis.Endpoint => "one side is a telephone, client or device of the org",
            DirectionBasis.Context => "the context of the telephone system shows where the call came from",
            DirectionBasis.Role => "the role or other metadata of a party shows that it belongs to the org",
            _ => "nothing shows which side is the org's own: this is a guess",
        };
        return $"{reason}; own side: {sample.OwnSide ?? "not in the record"}";
    }

    static string Reason(TimeBasis basis) =>
        basis switch
        {
            TimeBasis.ClockChange =>
                "the local time occurs twice or never, because the clocks were changed; it is read in standard time",
            TimeBasis.AssumedZone => "it has no offset, and is read as UTC; name its time zone with --time-zone",
            _ => "the day and the month can be exchanged; check the dates of the samples",
        };

    static string Counts<T>(IReadOnlyDictionary<T, long> counts)
        where T : notnull =>
        string.Join(", ", counts.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} {pair.Key}"));

    static string Percent(long part, long whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{100d * part / whole:0.#} %");
}
