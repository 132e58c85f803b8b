using System.CommandLine;
using CallIntel.Cli.Administration;
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

    static readonly Option<string?> Purpose = ShredCommand.PurposeOption(
        "With --to: the purpose, which the access ledger records. Required for more than 1,000 records. One of: "
    );

    internal static Command Create() =>
        CommandLine.Create(
            "rejects",
            "Show why records of a run were rejected: reasons, and the fields and what was expected. Requires a member "
                + "who can manage sources (an owner or admin).",
            RunAsync,
            Run,
            To,
            Purpose,
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
        // The text is decrypted only to be written.
        if (arguments.GetValue(To) is { } file)
            await RejectFile
                .WriteAsync(
                    file,
                    session.Ingestion.ReadRejectsAsync(
                        run,
                        ShredCommand.ParsePurpose(arguments.GetValue(Purpose), Purpose),
                        cancellationToken
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false);
        RejectCount[] reasons = await session
            .QueryAsync(
                "select reason, detail, count(*) from callintel.ingest_rejects where run_id = $1 group by 1, 2 "
                    + "order by 3 desc, 1, 2",
                row => new RejectCount(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2)),
                [run],
                cancellationToken: cancellationToken
            )
            .ToArrayAsync(cancellationToken)
            .ConfigureAwait(false);
        long read = reasons.Sum(reason => reason.Count);
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
