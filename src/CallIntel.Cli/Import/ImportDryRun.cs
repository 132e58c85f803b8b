using CallIntel.Cli.Output;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using Spectre.Console;

namespace CallIntel.Cli.Import;

/// <summary>Checks a file without storing anything.</summary>
static class ImportDryRun
{
    internal static async Task<Outcome> RunAsync(
        ImportRequest request,
        ConsoleOutput screen,
        CancellationToken cancellationToken
    )
    {
        DryRunReport report = await screen
            .ShowStatusAsync("Checking", () =>
                DryRun.RunAsync(
                    request.Source,
                    request.ReadAsync(null, cancellationToken),
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
                report.Read,
                report.Accepted,
                report.Repeated,
                report.Rejected,
                report.Reasons,
                report.Channels,
                report.Earliest,
                report.Latest,
            },
            console => Show(console, request, report)
        );
    }

    static void Show(IAnsiConsole console, ImportRequest request, DryRunReport report)
    {
        console.WriteLine(
            $"{request.Format}: {report.Read} read, {report.Accepted} would be stored "
                + $"({report.Repeated} of them repeated), {report.Rejected} rejected. Nothing was stored."
        );
        foreach ((RejectReason reason, long count) in report.Reasons.OrderByDescending(pair => pair.Value))
            console.WriteLine($"  {count} rejected: {reason}");
        if (report.Earliest is { } earliest && report.Latest is { } latest)
            console.WriteLine($"  from {earliest:yyyy-MM-dd HH:mm} to {latest:yyyy-MM-dd HH:mm}");
    }
}
