using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.SyncHealth;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary>How the org's streams are doing.</summary>
static class HealthCommand
{
    /// <summary>What is printed of a stream as JSON.</summary>
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
            "Say how each stream of the org's sources is doing.",
            RunAsync,
            CommandLine.Org,
            CommandLine.Member
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        settings = settings with
        {
            Org = arguments.GetValue(CommandLine.Org) ?? settings.Org,
            Member = arguments.GetValue(CommandLine.Member) ?? settings.Member,
        };
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings);
        SyncHealthReport health = await screen
            .WhileAsync("Asking", async () =>
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
                Name(s.State),
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

    /// <summary>As the view <c>sync_health</c> has it.</summary>
    static string Name(SourceState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    static void Show(IAnsiConsole console, List<StreamState> streams)
    {
        if (streams.Count == 0)
            console.WriteLine("No source has delivered anything yet.");
        Table table = new Table()
            .Border(TableBorder.Rounded)
            .AddColumns("Source", "Stream", "State", "Latest event", "Last success", "Why");
        foreach (StreamState stream in streams)
            table.AddRow(
                new Text(stream.Source),
                new Text(stream.Stream),
                new Text(stream.State, stream.State == "ok" ? Color.Green : Color.Red),
                new Text(Text(stream.Watermark)),
                new Text(Text(stream.SucceededAt)),
                new Text(string.Join('\n', stream.Reasons.Select(r => r.Text)))
            );
        if (streams.Count > 0)
            console.Write(table);
    }

    static string Text(DateTimeOffset? time) =>
        time?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";
}
