using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary>Makes partitions ahead.</summary>
static class PartitionsCommand
{
    static readonly Option<string?> From = new("--from")
    {
        Description = "The first month, YYYY-MM. Default: this one.",
    };
    static readonly Option<string?> To = new("--to")
    {
        Description = "The last month, YYYY-MM. Default: three after this one.",
    };

    internal static Command Create() =>
        new("partitions", "The monthly partitions.")
        {
            CommandLine.Create(
                "ensure",
                "Make the monthly partitions that are missing. Run it on a schedule, and before importing older records.",
                RunAsync,
                From,
                To
            ),
        };

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime),
            thisMonth = today.AddDays(1 - today.Day);
        DateOnly first = Month(arguments.GetValue(From), thisMonth),
            last = Month(arguments.GetValue(To), thisMonth.AddMonths(3));
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        int made = await screen
            .WhileAsync("Making partitions", () =>
                new CallIntelOperations(admin).EnsurePartitionsAsync(first, last, cancellationToken)
            )
            .ConfigureAwait(false);
        return new Outcome(
            ExitCode.Ok,
            new
            {
                FirstMonth = Text(first),
                LastMonth = Text(last),
                Made = made,
            },
            console =>
                console.WriteLine(
                    made == 0
                        ? $"{Text(first)} to {Text(last)}: all partitions are there."
                        : $"{Text(first)} to {Text(last)}: {made} partitions made."
                )
        );
    }

    static DateOnly Month(string? text, DateOnly otherwise) =>
        text is null ? otherwise
        : DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly month)
            ? month
        : throw SettingsReader.Wrong("A month is not written as YYYY-MM.", "Write it so, for example 2026-01.");

    static string Text(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
