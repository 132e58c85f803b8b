using System.CommandLine;
using CallIntel.Cli.Administration;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Jobs;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli;

/// <summary><c>callintel worker</c>: runs background work until it is interrupted.</summary>
static class WorkerCommand
{
    /// <summary>How often an operations worker looks for due tasks. They are due every few hours.</summary>
    static readonly TimeSpan TaskInterval = TimeSpan.FromMinutes(1);

    static readonly Option<bool> Operations = new("--ops")
    {
        Description =
            "Run the recurring tasks of operations, such as creating partitions, as callintel_ops. Without it, run "
            + "the jobs of all orgs as callintel_app.",
    };

    static readonly Option<bool> Once = new("--once")
    {
        Description = "With --ops: run the tasks that are due, and end.",
    };

    static readonly Option<int> KeepChanges = new("--keep-changes")
    {
        Description =
            "With --ops: how many days the entries of the change feed are kept. Readers that were away longer start "
            + "over. Default: 7.",
        DefaultValueFactory = _ => 7,
    };

    static readonly Option<string?> SealKeys = new("--seal-keys")
    {
        Description =
            "With --ops: the file with the seal keys. Seals the audit log and the access ledger every minute.",
    };

    static readonly Option<int?> KeepLedgers = new("--keep-ledgers")
    {
        Description =
            "With --ops: how many days entries of the audit log and the access ledger are kept. Whole months are "
            + "removed. Default: for ever.",
    };

    static readonly Option<bool> DropMonths = new("--drop-months")
    {
        Description =
            "With --ops: drop, once a day, the months of events that are older than the retention of every org. "
            + "Default: months stay.",
    };

    internal static Command Create() =>
        CommandLine.Create(
            "worker",
            "Run background work until interrupted.",
            RunAsync,
            Operations,
            Once,
            KeepChanges,
            SealKeys,
            AuditCommand.Checkpoints,
            KeepLedgers,
            DropMonths
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        if (arguments.GetValue(Operations))
            return await RunOperationsAsync(
                    arguments,
                    settings,
                    arguments.GetValue(Once),
                    arguments.GetValue(KeepChanges),
                    cancellationToken
                )
                .ConfigureAwait(false);
        if (arguments.GetValue(Once))
            throw SettingsReader.Wrong("--once requires --ops.", "Add --ops, or leave out --once.");
        await using ApplicationDatabase database = ApplicationDatabase.OpenForAllOrgs(settings);
        await database.CheckAsync(cancellationToken).ConfigureAwait(false);
        using CallIntelWorker worker = database.CreateWorker(new JobWorkerOptions());
        await worker.StartAsync(cancellationToken).ConfigureAwait(false);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await worker.StopAsync(CancellationToken.None).ConfigureAwait(false);
        return Stopped();
    }

    static async Task<Outcome> RunOperationsAsync(
        ParseResult arguments,
        CliSettings settings,
        bool once,
        int keepChanges,
        CancellationToken cancellationToken
    )
    {
        if (keepChanges is < 1 or > 3650)
            throw SettingsReader.Wrong("--keep-changes is not between 1 and 3650 days.", "Pass a number of days.");
        int? keepLedgers = arguments.GetValue(KeepLedgers);
        if (keepLedgers is < 30 or > 36500)
            throw SettingsReader.Wrong("--keep-ledgers is not between 30 and 36500 days.", "Pass a number of days.");
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        OperationsWorker worker = new(admin)
        {
            ChangeFeedRetention = TimeSpan.FromDays(keepChanges),
            SealKeys = arguments.GetValue(SealKeys) is { } file ? SealKeyRing.Load(file) : null,
            CheckpointSink = AuditCommand.OpenSink(arguments),
            LedgerRetention = keepLedgers is { } days ? TimeSpan.FromDays(days) : null,
            DropsExpiredMonths = arguments.GetValue(DropMonths),
        };
        if (once)
        {
            IReadOnlyList<string> done = await worker.RunDueAsync(cancellationToken).ConfigureAwait(false);
            return new Outcome(ExitCode.Ok, new { Tasks = done }, console =>
                console.WriteLine(done.Count == 0 ? "No task is due." : $"Done: {string.Join(", ", done)}.")
            );
        }
        await worker.RunAsync(TaskInterval, cancellationToken).ConfigureAwait(false);
        return Stopped();
    }

    static Outcome Stopped() =>
        new(ExitCode.Ok, new { Stopped = true }, console => console.WriteLine("The worker has stopped."));
}
