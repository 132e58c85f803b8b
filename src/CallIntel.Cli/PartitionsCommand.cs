using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.SubjectRequests;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary><c>callintel partitions</c>: creates monthly partitions, and drops months that no org keeps.</summary>
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

    static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Only report which months would be dropped, and why the others are kept.",
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
            CommandLine.Create(
                "drop",
                "Drop the months of events that are older than the retention of every org and contact, and that no "
                    + "legal hold and no open request needs. This cannot be undone.",
                DropAsync,
                DryRun
            ),
        };

    static async Task<Outcome> DropAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        IReadOnlyList<EventMonthReport> months = await output
            .ShowStatusAsync("Looking for months that no org keeps", () =>
                new CallIntelOperations(admin).DropExpiredEventMonthsAsync(
                    arguments.GetValue(DryRun),
                    cancellationToken
                )
            )
            .ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, new { Months = months }, console =>
        {
            if (months.Count == 0)
                console.WriteLine("No month is older than the retention of an org.");
            foreach (EventMonthReport month in months)
                console.WriteLine($"{Format(month.Month)}: {Describe(month)}");
        });
    }

    static string Describe(EventMonthReport month) =>
        month.Outcome switch
        {
            EventMonthOutcome.Dropped => $"{month.Events} events of {month.Orgs} orgs dropped.",
            EventMonthOutcome.Due => $"{month.Events} events of {month.Orgs} orgs would be dropped.",
            EventMonthOutcome.Busy => "in use; nothing was dropped. Run the command again.",
            _ => "kept. Orgs without retention: "
                + $"{month.WithoutRetention}, with events that are not due: {month.NotDue}, with legal holds: "
                + $"{month.Held}, with open requests: {month.Requested}, with cells to compute: {month.NotComputed}.",
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
