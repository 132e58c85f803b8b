using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary>How the org's streams are doing.</summary>
static class HealthCommand
{
    const string Sql = """
        select h.source, h.stream, h.state, h.watermark, h.succeeded_at, h.running, h.error_code
          from callintel.sync_health h
         where h.org_id = $1
         order by h.source, h.stream
        """;

    sealed record StreamState(string Source, string Stream, string State, DateTimeOffset? Watermark, DateTimeOffset? SucceededAt, bool Running, string? ErrorCode);

    internal static Command Create() => CommandLine.Create("health", "Say how each stream of the org's sources is doing.", RunAsync, CommandLine.Org, CommandLine.Member);

    static async Task<Outcome> RunAsync(ParseResult arguments, CliSettings settings, Screen screen, CancellationToken cancellationToken)
    {
        settings = settings with { Org = arguments.GetValue(CommandLine.Org) ?? settings.Org, Member = arguments.GetValue(CommandLine.Member) ?? settings.Member };
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings);
        List<StreamState> streams = await screen.WhileAsync("Asking", async () =>
        {
            await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
            return await session.QueryAsync(Sql, Map, [session.Identity.Org.Value], cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return new Outcome(streams.All(stream => stream.State == "ok") ? ExitCode.Ok : ExitCode.Findings, new { Streams = streams }, console => Show(console, streams));
    }

    static StreamState Map(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), Time(row, 3), Time(row, 4), !row.IsDBNull(5) && row.GetBoolean(5), row.IsDBNull(6) ? null : row.GetString(6));

    static DateTimeOffset? Time(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetFieldValue<DateTimeOffset>(ordinal);

    static void Show(IAnsiConsole console, List<StreamState> streams)
    {
        if (streams.Count == 0)
            console.WriteLine("No source has delivered anything yet.");
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("Source", "Stream", "State", "Latest event", "Last success", "Error");
        foreach (StreamState stream in streams)
            table.AddRow(new Text(stream.Source), new Text(stream.Stream), new Text(stream.State, stream.State == "ok" ? Color.Green : Color.Red),
                new Text(Text(stream.Watermark)), new Text(Text(stream.SucceededAt)), new Text(stream.ErrorCode ?? ""));
        if (streams.Count > 0)
            console.Write(table);
    }

    static string Text(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";
}
