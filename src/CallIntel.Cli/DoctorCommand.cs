using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Doctor;
using CallIntel.Sdk.Migrations;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary>Examines the database.</summary>
static class DoctorCommand
{
    internal static Command Create() =>
        CommandLine.Create(
            "doctor",
            "Check roles, row-level security, privileges, version, settings, partitions and maintenance, and say what to do. Changes nothing.",
            RunAsync
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        DoctorReport report = await screen
            .WhileAsync("Examining", () => new DatabaseDoctor(admin).ExamineAsync(cancellationToken))
            .ConfigureAwait(false);
        return new Outcome(report.IsHealthy ? ExitCode.Ok : ExitCode.Findings, report, console =>
            Show(console, report)
        );
    }

    static void Show(IAnsiConsole console, DoctorReport report)
    {
        string schema = report.SchemaVersion?.ToString(CultureInfo.InvariantCulture) ?? "none";
        string maintained = report.LastMaintenance?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            ?? "never";
        console.MarkupLineInterpolated(
            $"PostgreSQL {report.ServerVersion}, schema version {schema}, last vacuum or analyze {maintained}"
        );
        foreach (DoctorCheck check in report.Checks)
        {
            console.MarkupLineInterpolated($"  {(check.Findings.Count == 0 ? "ok     " : "       ")} {check.Name}");
            foreach (DoctorFinding finding in check.Findings.OrderByDescending(finding => finding.Severity))
            {
                console.MarkupLineInterpolated(
                    $"    [{ColorOf(finding.Severity)}]{finding.Severity.ToString().ToLowerInvariant()}[/] {finding.Code}: {finding.Problem}"
                );
                console.MarkupLineInterpolated($"      {finding.Remedy}");
            }
        }
        int advice = report.Findings.Count(finding => finding.Severity is FindingSeverity.Advice);
        console.WriteLine($"{report.Findings.Count - advice} findings, {advice} pieces of advice");
    }

    static string ColorOf(FindingSeverity severity) =>
        severity switch
        {
            FindingSeverity.Danger => "red",
            FindingSeverity.Warning => "yellow",
            _ => "grey",
        };
}
