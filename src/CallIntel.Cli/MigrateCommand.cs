using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Migrations;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary><c>callintel migrate</c>: installs or upgrades the SQL package.</summary>
static class MigrateCommand
{
    static readonly Option<bool> Supabase = new("--supabase")
    {
        Description = "For Supabase: apply the same policies to the roles of PostgREST.",
    };

    internal static Command Create() =>
        CommandLine.Create(
            "migrate",
            "Install the SQL package, or upgrade it to the version of this tool. "
                + "The first installation requires a role that may create roles.",
            RunAsync,
            Supabase
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        SchemaMigrator migrator = new(admin, new SchemaMigratorOptions { Supabase = arguments.GetValue(Supabase) });
        MigrationReport report = await output
            .ShowStatusAsync("Migrating", () => migrator.MigrateAsync(cancellationToken))
            .ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, report, console => Show(console, report));
    }

    static void Show(IAnsiConsole console, MigrationReport report)
    {
        foreach (string file in report.Applied)
            console.MarkupLineInterpolated($"  {file}");
        if (report.Applied.Count == 0)
            console.MarkupLineInterpolated($"Schema version {report.ToVersion}. The database is up to date.");
        else
            console.MarkupLineInterpolated(
                $"Schema version {report.FromVersion} -> {report.ToVersion}. Files applied: {report.Applied.Count}."
            );
        if (report.FromVersion == 0)
            console.WriteLine(
                """

                What to do next (docs/guides/cli.md):
                  callintel options sample     an options file to start from
                  callintel keys init          creates the keys and installs the signing keys in this database
                  callintel db password        sets the password of callintel_app
                  callintel partitions ensure  creates the monthly partitions; run it on a schedule
                  callintel org create NAME    creates the first org
                  callintel import FILE --source NAME
                """
            );
    }
}
