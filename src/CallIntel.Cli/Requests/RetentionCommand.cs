using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.SubjectRequests;
using Spectre.Console;

namespace CallIntel.Cli.Requests;

/// <summary><c>callintel retention run</c>: deletes events that are older than their retention.</summary>
static class RetentionCommand
{
    static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Only count what would be deleted, and what holds and open requests keep.",
    };

    internal static Command Create() =>
        new("retention", "Delete events that are older than their retention.")
        {
            CommandLine.Create(
                "run",
                "Delete events that are older than the retention of their contact or of the org.",
                async (arguments, settings, output, cancellationToken) =>
                {
                    await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
                    await using OrgSession session = await database
                        .OpenSessionAsync(cancellationToken)
                        .ConfigureAwait(false);
                    RetentionReport report = await session
                        .SubjectRequests.ReportRetentionAsync(cancellationToken)
                        .ConfigureAwait(false);
                    long deleted = arguments.GetValue(DryRun)
                        ? 0
                        : await session.SubjectRequests.ApplyRetentionAsync(cancellationToken).ConfigureAwait(false);
                    return new Outcome(
                        ExitCode.Ok,
                        new
                        {
                            report.Days,
                            report.Due,
                            report.Held,
                            report.Requested,
                            Deleted = deleted,
                        },
                        console =>
                            console.WriteLine(
                                $"{report.Due} events are due, {report.Held} are held, {report.Requested} are kept for "
                                    + $"open requests; {deleted} were deleted."
                            )
                    );
                },
                DryRun,
                CommandLine.Org,
                CommandLine.Member
            ),
        };
}
