using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.SyncHealth;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary><c>callintel health</c>: shows the state of each stream of the org.</summary>
static class HealthCommand
{
    /// <summary>The state of a stream, as <c>--json</c> prints it.</summary>
    sealed record StreamState(
        string Source,
        string Stream,
        string State,
        DateTimeOffset? Watermark,
        DateTimeOffset? SucceededAt,
        DateTimeOffset? DueAt,
        bool Running,
        string? ErrorCode,
        IReadOnlyList<HealthReason> Reasons
    );

    internal static Command Create() =>
        CommandLine.Create(
            "health",
            "Show the state of each stream of the org.",
            RunAsync,
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
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        SyncHealthReport health = await output
            .ShowStatusAsync("Reading the state", async () =>
            {
                await using OrgSession session = await database
                    .OpenSessionAsync(cancellationToken)
                    .ConfigureAwait(false);
                return await session.SyncHealth.ReadAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            })
            .ConfigureAwait(false);
        List<StreamState> streams =
        [
            .. health.Streams.Select(s => new StreamState(
                s.Source,
                s.Stream,
                GetName(s.State),
                s.Watermark,
                s.SucceededAt,
                s.DueAt,
                s.Running,
                s.ErrorCode,
                s.Reasons
            )),
        ];
        return new Outcome(
            streams.All(stream => stream.State == "ok") ? ExitCode.Ok : ExitCode.Findings,
            new { Streams = streams },
            console => Show(console, streams)
        );
    }

    /// <summary>Returns the name of a state as in the view <c>sync_health</c>.</summary>
    static string GetName(SourceState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    static void Show(IAnsiConsole console, List<StreamState> streams)
    {
        if (streams.Count == 0)
            console.WriteLine("No records have been received yet.");
        Table table = new Table()
            .Border(TableBorder.Rounded)
            .AddColumns("Source", "Stream", "State", "Latest event", "Last success", "Reason");
        foreach (StreamState stream in streams)
            table.AddRow(
                new Text(stream.Source),
                new Text(stream.Stream),
                new Text(stream.State, stream.State == "ok" ? Color.Green : Color.Red),
                new Text(Format(stream.Watermark)),
                new Text(Format(stream.SucceededAt)),
                new Text(string.Join('\n', stream.Reasons.Select(r => r.Text)))
            );
        if (streams.Count > 0)
            console.Write(table);
    }

    static string Format(DateTimeOffset? time) =>
        time?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";
}
