using System.CommandLine;
using CallIntel.Cli.Import;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Spectre.Console;

namespace CallIntel.Cli.Demo;

/// <summary>
/// <c>callintel demo FILE</c>: imports a file into a throw-away server, prints its dashboard, and deletes everything.
/// </summary>
static class DemoCommand
{
    internal static Command Create() =>
        CommandLine.Create(
            "demo",
            "Show the dashboard of a file: starts a throw-away PostgreSQL, imports the file, prints the figures, and "
                + "deletes everything. Needs no settings. The first run installs PostgreSQL in about a minute.",
            RunAsync,
            ImportCommand.File,
            ImportCommand.Format,
            ImportCommand.Mapping,
            ImportCommand.Region,
            ImportCommand.TimeZone
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        string? zone = arguments.GetValue(ImportCommand.TimeZone);
        await using RecordFile file = await RecordFile
            .OpenAsync(arguments.GetRequiredValue(ImportCommand.File), cancellationToken)
            .ConfigureAwait(false);
        FileImportOptions options = new()
        {
            Importers = ImportCommand.Importers,
            Format = arguments.GetValue(ImportCommand.Format),
            MappingFile = arguments.GetValue(ImportCommand.Mapping),
            TimeZone = zone,
            OwnLines = settings.OwnLines,
        };
        // A time zone that the format does not need is still the one of the dashboard.
        IRecordImporter? detected = options.Format is null
            ? options.Importers.Detect(file, options.MappingFile is not null)
            : options.Importers.Find(options.Format);
        if (detected?.TimeZone is ImportSetting.NotUsed)
            options.TimeZone = null;
        options.Format = FormatChoice.Find(file, options).Format;
        IngestSource source = new("demo", options.Format, DefaultRegion: arguments.GetValue(ImportCommand.Region));

        await using PostgresServer server = await PostgresServer
            .StartAsync(new PostgresServerOptions { Progress = line => Tell(output, line) }, cancellationToken)
            .ConfigureAwait(false);
        Tell(output, "Installing the SQL package ...");
        await using TestDatabase database = await TestDatabase
            .CreateAsync(server, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        TestOrg org = await database.CreateOrgAsync("demo", cancellationToken).ConfigureAwait(false);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, cancellationToken)
            .ConfigureAwait(false);
        IngestReport report = await ImportProgress
            .WithBarAsync(output, file, progress =>
                session.Ingestion.IngestAsync(
                    source,
                    FileImport.ReadAsync(file, options, cancellationToken),
                    new IngestOptions { Progress = progress },
                    cancellationToken
                )
            )
            .ConfigureAwait(false);
        DemoFigures? figures = await DemoFigures
            .ReadAsync(session, zone ?? TimeZoneInfo.Utc.Id, cancellationToken)
            .ConfigureAwait(false);
        return new Outcome(
            report.Rejected == 0 && figures is not null ? ExitCode.Ok : ExitCode.Findings,
            new
            {
                Format = options.Format,
                report.Read,
                report.Inserted,
                report.Duplicate,
                report.Rejected,
                Figures = figures,
            },
            console => DemoView.Show(console, options.Format, report, figures)
        );
    }

    static void Tell(ConsoleOutput output, string line)
    {
        if (!output.IsJson)
            output.Errors.WriteLine(line);
    }
}
