using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Doctor;
using CallIntel.Sdk.Migrations;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary><c>callintel doctor</c>: checks the database.</summary>
static class DoctorCommand
{
    internal static Command Create() =>
        CommandLine.Create(
            "doctor",
            "Check roles, row-level security, privileges, versions, settings, partitions and maintenance. "
                + "Changes nothing.",
            RunAsync
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        DoctorReport report = await output
            .ShowStatusAsync("Checking the database", () => new DatabaseDoctor(admin).ExamineAsync(cancellationToken))
            .ConfigureAwait(false);
        return new Outcome(report.IsHealthy ? ExitCode.Ok : ExitCode.Findings, report, console =>
            Show(console, report)
        );
    }

    static void Show(IAnsiConsole console, DoctorReport report)
    {
        string schema = report.SchemaVersion?.ToString(CultureInfo.InvariantCulture) ?? "none";
        string maintenance = report.LastMaintenance?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            ?? "never";
        console.MarkupLineInterpolated(
            $"PostgreSQL {report.ServerVersion}, schema version {schema}, last vacuum or analyze {maintenance}"
        );
        foreach (DoctorCheck check in report.Checks)
        {
            console.MarkupLineInterpolated($"  {(check.Findings.Count == 0 ? "ok     " : "       ")} {check.Name}");
            foreach (DoctorFinding finding in check.Findings.OrderByDescending(finding => finding.Severity))
            {
                string severity = finding.Severity.ToString().ToLowerInvariant();
                console.MarkupLineInterpolated(
                    $"    [{GetColor(finding.Severity)}]{severity}[/] {finding.Code}: {finding.Problem}"
                );
                console.MarkupLineInterpolated($"      {finding.Remedy}");
            }
        }
        int advice = report.Findings.Count(finding => finding.Severity is FindingSeverity.Advice);
        console.WriteLine($"Findings: {report.Findings.Count - advice}. Advice: {advice}.");
    }

    static string GetColor(FindingSeverity severity) =>
        severity switch
        {
            FindingSeverity.Danger => "red",
            FindingSeverity.Warning => "yellow",
            _ => "grey",
        };
}
