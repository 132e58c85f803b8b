using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Migrations;

namespace CallIntel.Cli.Administration;

/// <summary>
/// <c>callintel script</c>: prints the SQL that <c>migrate</c> would run, for a DBA to review and apply.
/// </summary>
static class ScriptCommand
{
    static readonly Option<int> From = new("--from")
    {
        Description = "The schema version of the database. 0 for a database without the SQL package.",
    };

    static readonly Option<int> To = new("--to")
    {
        Description = "The schema version to upgrade to. Default: the version of this tool.",
        DefaultValueFactory = _ => SchemaMigrator.TargetVersion,
    };

    static readonly Option<bool> Supabase = new("--supabase")
    {
        Description = "For Supabase: apply the same policies to the roles of PostgREST.",
    };

    internal static Command Create() =>
        CommandLine.Create(
            "script",
            "Print the SQL of an installation or upgrade, for psql. Connects to no database.",
            RunAsync,
            From,
            To,
            Supabase
        );

    static Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        int from = arguments.GetValue(From),
            to = arguments.GetValue(To);
        if (from < 0 || to > SchemaMigrator.TargetVersion || from > to)
            throw SettingsReader.Wrong(
                "The range of schema versions is not valid.",
                $"Use 0 to {SchemaMigrator.TargetVersion}, with --from not above --to."
            );
        string script = SchemaMigrator.GenerateScript(
            from,
            to,
            new SchemaMigratorOptions { Supabase = arguments.GetValue(Supabase) }
        );
        // Written as it is, because the console would wrap lines.
        return Task.FromResult(
            new Outcome(
                ExitCode.Ok,
                new
                {
                    From = from,
                    To = to,
                    Script = script,
                },
                _ => Console.Out.Write(script)
            )
        );
    }
}
