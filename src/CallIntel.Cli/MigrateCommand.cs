using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Migrations;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary>Installs or upgrades the SQL package.</summary>
static class MigrateCommand
{
    static readonly Option<bool> Supabase = new("--supabase")
    {
        Description = "Put PostgREST's roles under the same policies; for databases of Supabase.",
    };

    internal static Command Create() =>
        CommandLine.Create(
            "migrate",
            "Bring the database to the version of this tool. Needs a role that may create roles the first time.",
            RunAsync,
            Supabase
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        SchemaMigrator migrator = new(admin, new SchemaMigratorOptions { Supabase = arguments.GetValue(Supabase) });
        MigrationReport report = await screen
            .WhileAsync("Migrating", () => migrator.MigrateAsync(cancellationToken))
            .ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, report, console => Show(console, report));
    }

    static void Show(IAnsiConsole console, MigrationReport report)
    {
        foreach (string file in report.Applied)
            console.MarkupLineInterpolated($"  {file}");
        if (report.Applied.Count == 0)
            console.MarkupLineInterpolated($"Schema version {report.ToVersion}; nothing was to do.");
        else
            console.MarkupLineInterpolated(
                $"Schema version {report.FromVersion} -> {report.ToVersion}, {report.Applied.Count} files applied."
            );
    }
}
