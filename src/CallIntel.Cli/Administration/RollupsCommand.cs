using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel rollups</c>: computes and verifies the cells that dashboards are answered from.</summary>
static class RollupsCommand
{
    static readonly Option<Guid?> Org = new("--org") { Description = "The id of one org. Default: all orgs." };

    internal static Command Create() =>
        new("rollups", "Compute and verify the cells that dashboards are answered from.")
        {
            CommandLine.Create(
                "refresh",
                "Compute the cells of all time buckets in which events were written since the last run. Run it on a "
                    + "schedule, every few seconds to minutes.",
                (arguments, settings, output, cancellationToken) =>
                    ComputeAsync(arguments, settings, output, false, cancellationToken),
                Org
            ),
            CommandLine.Create(
                "rebuild",
                "Compute all cells again. Dashboards stay correct meanwhile.",
                (arguments, settings, output, cancellationToken) =>
                    ComputeAsync(arguments, settings, output, true, cancellationToken),
                Org
            ),
            CommandLine.Create("verify", "Compare the cells with the events. Changes nothing.", VerifyAsync, Org),
        };

    static async Task<Outcome> ComputeAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        bool rebuild,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        CallIntelOperations operations = new(admin);
        RollupProgress progress = await output
            .ShowStatusAsync("Computing cells", () =>
                rebuild
                    ? operations.RebuildRollupsAsync(OrgOf(arguments), cancellationToken)
                    : operations.RecomputeRollupsAsync(OrgOf(arguments), cancellationToken)
            )
            .ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, progress, console =>
            console.WriteLine(
                $"{progress.Days} days of {progress.Orgs} orgs computed." + DescribeFinal(progress.FinalMonths)
            )
        );
    }

    static async Task<Outcome> VerifyAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        RollupCheck check = await output
            .ShowStatusAsync("Comparing cells with events", () =>
                new CallIntelOperations(admin).VerifyRollupsAsync(OrgOf(arguments), cancellationToken)
            )
            .ConfigureAwait(false);
        return new Outcome(check.Wrong == 0 ? ExitCode.Ok : ExitCode.Findings, check, console =>
            console.WriteLine(
                (
                    check.Wrong == 0
                        ? $"{check.Compared} cells compared, all of them right."
                        : $"{check.Compared} cells compared, {check.Wrong} of them wrong. "
                            + "Run \"callintel rollups rebuild\" and report the error."
                ) + DescribeFinal(check.FinalMonths)
            )
        );
    }

    static string DescribeFinal(int months) =>
        months == 0 ? "" : $" {months} months were skipped: their events were dropped, so their cells are final.";

    static OrgId? OrgOf(ParseResult arguments) => arguments.GetValue(Org) is { } id ? new OrgId(id) : null;
}
