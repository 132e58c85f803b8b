using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary><c>callintel partitions ensure</c>: creates monthly partitions.</summary>
static class PartitionsCommand
{
    static readonly Option<string?> From = new("--from")
    {
        Description = "The first month, YYYY-MM. Default: the current month.",
    };
    static readonly Option<string?> To = new("--to")
    {
        Description = "The last month, YYYY-MM. Default: three months after the current month.",
    };

    internal static Command Create() =>
        new("partitions", "Manage the monthly partitions.")
        {
            CommandLine.Create(
                "ensure",
                "Create the missing monthly partitions. Run it on a schedule, and before you import older records.",
                RunAsync,
                From,
                To
            ),
        };

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime),
            thisMonth = today.AddDays(1 - today.Day);
        DateOnly first = ParseMonth(arguments.GetValue(From), thisMonth),
            last = ParseMonth(arguments.GetValue(To), thisMonth.AddMonths(3));
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        int created = await output
            .ShowStatusAsync("Creating partitions", () =>
                new CallIntelOperations(admin).EnsurePartitionsAsync(first, last, cancellationToken)
            )
            .ConfigureAwait(false);
        return new Outcome(
            ExitCode.Ok,
            new
            {
                FirstMonth = Format(first),
                LastMonth = Format(last),
                Made = created,
            },
            console =>
                console.WriteLine(
                    created == 0
                        ? $"{Format(first)} to {Format(last)}: all partitions exist."
                        : $"{Format(first)} to {Format(last)}: {created} partitions created."
                )
        );
    }

    static DateOnly ParseMonth(string? text, DateOnly defaultMonth) =>
        text is null ? defaultMonth
        : DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly month)
            ? month
        : throw SettingsReader.Wrong("A month does not have the form YYYY-MM.", "Write it as in 2026-01.");

    static string Format(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
