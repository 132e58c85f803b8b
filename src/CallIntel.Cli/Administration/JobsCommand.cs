using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Jobs;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel jobs list</c>, <c>retry</c> and <c>drop</c>.</summary>
static class JobsCommand
{
    static readonly Argument<string> Id = new("id") { Description = "The id of the job." };

    internal static Command Create() =>
        new("jobs", "Manage the background work of an org.")
        {
            CommandLine.Create(
                "list",
                "List the jobs of the org that are not done.",
                ListAsync,
                CommandLine.Org,
                CommandLine.Member
            ),
            CommandLine.Create(
                "retry",
                "Make a job due now, with all its attempts.",
                RetryAsync,
                Id,
                CommandLine.Org,
                CommandLine.Member
            ),
            CommandLine.Create(
                "drop",
                "Delete a job. If it is running, nothing of its last step is stored.",
                DropAsync,
                Id,
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
        List<JobInfo> jobs = await session
            .Jobs.ListAsync(cancellationToken)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return new Outcome(
            jobs.Exists(j => j.State is JobState.Dead) ? ExitCode.Findings : ExitCode.Ok,
            new
            {
                Jobs = jobs.Select(j => new
                {
                    Id = j.Id.Value,
                    j.Kind,
                    j.Version,
                    State = j.State.ToString().ToLowerInvariant(),
                    j.RunAt,
                    j.Attempts,
                    j.Error,
                    j.EnqueuedAt,
                    j.Deadline,
                }),
            },
            console => Show(console, jobs)
        );
    }

    static async Task<Outcome> RetryAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        Guid id = ApplicationDatabase.ParseId(arguments.GetRequiredValue(Id), "job");
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await session.Jobs.RetryAsync(new JobId(id), cancellationToken).ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, new { Job = id }, console => console.WriteLine($"Job {id} is due now."));
    }

    static async Task<Outcome> DropAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        Guid id = ApplicationDatabase.ParseId(arguments.GetRequiredValue(Id), "job");
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        bool dropped = await session.Jobs.DropAsync(new JobId(id), cancellationToken).ConfigureAwait(false);
        return new Outcome(dropped ? ExitCode.Ok : ExitCode.Findings, new { Job = id, Dropped = dropped }, console =>
            console.WriteLine(dropped ? $"Job {id} is deleted." : "The org has no such job.")
        );
    }

    static void Show(IAnsiConsole console, List<JobInfo> jobs)
    {
        if (jobs.Count == 0)
        {
            console.WriteLine("No background work is waiting, running or dead.");
            return;
        }
        Table table = new Table()
            .Border(TableBorder.Rounded)
            .AddColumns("Id", "Kind", "State", "Due (UTC)", "Attempts", "Error");
        foreach (JobInfo job in jobs)
            table.AddRow(
                new Text(job.Id.ToString()),
                new Text(job.Kind),
                new Text(job.State.ToString().ToLowerInvariant()),
                new Text(job.RunAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                new Text(job.Attempts.ToString(CultureInfo.InvariantCulture)),
                new Text(job.Error ?? "")
            );
        console.Write(table);
    }
}
