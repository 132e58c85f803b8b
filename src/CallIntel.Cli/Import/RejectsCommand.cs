using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Ingestion;
using Spectre.Console;

namespace CallIntel.Cli.Import;

/// <summary><c>callintel rejects</c>: shows why records of a past run were rejected.</summary>
static class RejectsCommand
{
    static readonly Option<string?> Run = new("--run")
    {
        Description = "The id of the run. Default: the latest run that rejected a record.",
    };

    static readonly Option<string?> To = new("--to")
    {
        Description = "Write the rejected records to this file (mode 0600; contains personal data).",
    };

    internal static Command Create() =>
        CommandLine.Create(
            "rejects",
            "Show why records of a run were rejected: reasons, and the fields and what was expected. Requires a member "
                + "who can manage sources (an owner or admin).",
            RunAsync,
            Run,
            To,
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
        Guid? named = arguments.GetValue(Run) is { } text ? ApplicationDatabase.ParseId(text, "run") : null;
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        Guid? found = named
            ?? await session
                .QueryAsync(
                    "select id from callintel.sync_runs where rejected > 0 order by started_at desc, id desc limit 1",
                    row => (Guid?)row.GetGuid(0),
                    cancellationToken: cancellationToken
                )
                .FirstOrDefaultAsync(cancellationToken)
                .ConfigureAwait(false);
        if (found is not { } run)
            return new Outcome(ExitCode.Ok, new { Rejected = 0 }, console =>
                console.WriteLine("No run rejected a record.")
            );
        Dictionary<(string Reason, string? Detail), long> counts = [];
        IAsyncEnumerable<RejectedRecord> rejects = session
            .Ingestion.ReadRejectsAsync(run, cancellationToken)
            .Select(reject =>
            {
                counts[(reject.Reason, reject.Detail)] = counts.GetValueOrDefault((reject.Reason, reject.Detail)) + 1;
                return reject;
            });
        long read = arguments.GetValue(To) is { } file
            ? await RejectFile.WriteAsync(file, rejects, cancellationToken).ConfigureAwait(false)
            : await rejects.CountAsync(cancellationToken).ConfigureAwait(false);
        RejectCount[] reasons =
        [
            .. counts.OrderByDescending(c => c.Value).Select(c => new RejectCount(c.Key.Reason, c.Key.Detail, c.Value)),
        ];
        return new Outcome(
            read == 0 ? ExitCode.Ok : ExitCode.Findings,
            new
            {
                Run = run,
                Rejected = read,
                Reasons = reasons,
            },
            console =>
            {
                console.WriteLine($"run {run}: {read} records rejected");
                foreach (RejectCount reason in reasons)
                    console.WriteLine(
                        $"  {reason.Count} {reason.Reason}{(reason.Detail is null ? "" : $" ({reason.Detail})")}"
                    );
                if (arguments.GetValue(To) is { } path)
                    console.WriteLine($"  written to {path}");
            }
        );
    }
}
