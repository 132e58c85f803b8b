using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Audit;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel audit export</c>: writes entries of both ledgers as lines.</summary>
static class AuditExport
{
    static readonly Option<string> Format = new("--format")
    {
        Description = "The format of the lines: json, cef or ocsf. Default: json.",
        DefaultValueFactory = _ => "json",
    };

    static readonly Option<string> To = new("--to")
    {
        Description = "Write the lines to this file (mode 0600), newest first.",
        Required = true,
    };

    static readonly Option<DateTimeOffset?> Since = new("--since")
    {
        Description = "Only entries from this time on, such as 2026-01-31T00:00Z. Default: all.",
    };

    static readonly Option<DateTimeOffset?> Until = new("--until")
    {
        Description = "Only entries before this time. Default: all.",
    };

    internal static Command Create() =>
        CommandLine.Create(
            "export",
            "Write changes and accesses of the org as lines for a SIEM system. Requires an owner or admin.",
            RunAsync,
            Format,
            To,
            Since,
            Until,
            CommandLine.Org,
            CommandLine.Member
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        string name = arguments.GetValue(Format)!;
        AuditFormat format = name switch
        {
            "json" => AuditFormat.Json,
            "cef" => AuditFormat.Cef,
            "ocsf" => AuditFormat.Ocsf,
            _ => throw SettingsReader.Wrong("The format is unknown.", "Pass --format json, cef or ocsf."),
        };
        string file = arguments.GetValue(To)!;
        AuditFilter filter = new() { From = arguments.GetValue(Since), To = arguments.GetValue(Until) };
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        long lines = 0;
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (StreamWriter writer = new(file, options))
            await foreach (
                AuditEntry entry in session.Audit.SearchAsync(filter, cancellationToken).ConfigureAwait(false)
            )
            {
                await writer
                    .WriteAsync((AuditLine.Format(entry, format) + "\n").AsMemory(), cancellationToken)
                    .ConfigureAwait(false);
                lines++;
            }
        return new Outcome(ExitCode.Ok, new { Lines = lines, Format = name }, console =>
            console.WriteLine($"{lines} entries written to {file}.")
        );
    }
}
