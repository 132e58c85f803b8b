using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.SubjectRequests;
using Spectre.Console;

namespace CallIntel.Cli.Requests;

/// <summary><c>callintel dsr list</c>: the requests of the register, the earliest deadline first.</summary>
static class DsrListCommand
{
    static readonly Option<bool> All = new("--all") { Description = "Lists closed requests too." };

    internal static Command Create() =>
        CommandLine.Create(
            "list",
            "List the open requests, the earliest deadline first. Exit code 1 if one is late.",
            RunAsync,
            All,
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
        await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        List<SubjectRequest> requests = await session
            .SubjectRequests.ListAsync(
                new SubjectRequestFilter { OnlyOpen = !arguments.GetValue(All) },
                cancellationToken
            )
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new Outcome(
            requests.Exists(request => request.IsLate(now)) ? ExitCode.Findings : ExitCode.Ok,
            new { Requests = requests.Select(DsrCommand.Describe) },
            console => Show(console, requests, now)
        );
    }

    static void Show(IAnsiConsole console, List<SubjectRequest> requests, DateTimeOffset now)
    {
        if (requests.Count == 0)
        {
            console.WriteLine("There are no requests.");
            return;
        }
        Table table = new Table()
            .Border(TableBorder.Rounded)
            .AddColumns("Id", "Regulation", "Type", "State", "Due (UTC)", "Days left");
        foreach (SubjectRequest request in requests)
            table.AddRow(
                new Text(request.Id.ToString()),
                new Text(request.Regulation.ToString()),
                new Text(request.Type.ToString()),
                new Text(request.State.ToString()),
                new Text(request.DueAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                new Text(
                    request.ClosedAt is null
                        ? Math.Floor((request.DueAt - now).TotalDays).ToString(CultureInfo.InvariantCulture)
                        : ""
                )
            );
        console.Write(table);
    }
}
