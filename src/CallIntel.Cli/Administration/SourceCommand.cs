using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel source list</c> and <c>retire</c>.</summary>
static class SourceCommand
{
    static readonly Argument<string> Name = new("name") { Description = "The name of the source." };

    /// <summary>A source, as <c>--json</c> prints it.</summary>
    sealed record Source(string Name, string Kind, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt);

    internal static Command Create() =>
        new("source", "Manage the sources of an org.")
        {
            CommandLine.Create("list", "List the sources of the org.", ListAsync, CommandLine.Org, CommandLine.Member),
            CommandLine.Create(
                "retire",
                "Expect nothing from a source anymore, so that its health is no longer reported. Its events stay, and "
                    + "its next run activates it again.",
                RetireAsync,
                Name,
                CommandLine.Org,
                CommandLine.Member
            ),
        };

    static async Task<Outcome> ListAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        List<Source> sources = await session
            .QueryAsync(
                """
                select name, kind, created_at, retired_at from callintel.sync_sources
                 where renamed_to is null order by name
                """,
                row => new Source(
                    row.GetString(0),
                    row.GetString(1),
                    row.GetFieldValue<DateTimeOffset>(2),
                    row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3)
                ),
                cancellationToken: cancellationToken
            )
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, new { Sources = sources }, console => Show(console, sources));
    }

    static async Task<Outcome> RetireAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        string name = arguments.GetRequiredValue(Name);
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await session.SyncHealth.RetireSourceAsync(name, cancellationToken).ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, new { Source = name }, console =>
            console.WriteLine($"{name} is retired. Its events stay.")
        );
    }

    static void Show(IAnsiConsole console, List<Source> sources)
    {
        if (sources.Count == 0)
        {
            console.WriteLine("The org has no sources yet.");
            return;
        }
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("Source", "Kind", "Since", "Retired");
        foreach (Source source in sources)
            table.AddRow(
                new Text(source.Name),
                new Text(source.Kind),
                new Text(Day(source.CreatedAt)),
                new Text(source.RetiredAt is { } retired ? Day(retired) : "")
            );
        console.Write(table);
    }

    static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
