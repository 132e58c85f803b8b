using System.Diagnostics;
using System.Text.Json;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>
/// A worker in a separate process that kills itself before a step of an erasure, or in the middle of the step that
/// copies the ledger: this test program, started with <see cref="Verb"/> as its first argument.
/// </summary>
static class ErasingWorker
{
    internal const string Verb = "erase";

    /// <summary>The argument that asks for a kill after the ledger was copied, before the database knows.</summary>
    internal const string AfterCopy = "after-copy";

    internal static Process Start(TestDatabase database, string keys, string ledger, string killBefore) =>
        Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!)
            {
                ArgumentList = { Verb, database.AppConnectionString, keys, database.RootKeyFile, ledger, killBefore },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    internal static async Task<int> MainAsync(string[] args)
    {
        using KeyRingFileProvider root = KeyRingFileProvider.Open(args[3], KeyRingProtection.FileModeOnly);
        FileErasureLedgerSink file = new(args[4]);
        bool isAfterCopy = args[5] == AfterCopy;
        await using CallIntelDataSource source = new(
            new CallIntelOptions
            {
                ConnectionString = args[1],
                SigningKeyFile = args[2],
                RootKeys = root,
                Erasure = { LedgerSink = isAfterCopy ? new KillingSink(file) : file },
            }
        );
        await source.EnsureCheckedAsync(CancellationToken.None);
        JobHandler handler = isAfterCopy
            ? new EraseSubjectHandler(source.Encryption, source.Audit, source.Erasures)
            : new KilledHandler(source, Enum.Parse<ErasureStep>(args[5]));
        using JobMetrics metrics = new(null);
        using JobWorker worker = new(
            source.Database,
            new JobWorkerOptions { PollInterval = TimeSpan.FromMilliseconds(20) },
            [handler],
            source.JobEnqueued,
            metrics,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
        );
        await worker.RunAsync(CancellationToken.None);
        return 1;
    }

    static Task<T> KillAsync<T>()
    {
        Process.GetCurrentProcess().Kill();
        return new TaskCompletionSource<T>().Task;
    }

    /// <summary>Runs the steps before one as the handler of the product does, and ends the process.</summary>
    sealed class KilledHandler(CallIntelDataSource source, ErasureStep step) : JobHandler
    {
        public override string Kind => "erase_subject";

        public override async Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken)
        {
            using JsonDocument payload = JsonDocument.Parse(await job.ReadPayloadAsync(cancellationToken));
            OrgEncryption org = new(job.Session, source.Encryption, new AccessGate(job.Session, source.Audit));
            await new ErasureRunner(job.Session, org, source.Erasures).RunAsync(
                payload.RootElement.GetProperty("request").GetGuid(),
                step,
                cancellationToken
            );
            return await KillAsync<JobCommit>();
        }
    }

    sealed class KillingSink(IErasureLedgerSink sink) : IErasureLedgerSink
    {
        public Task<ErasureLedgerHead?> ReadHeadAsync(OrgId org, CancellationToken cancellationToken) =>
            sink.ReadHeadAsync(org, cancellationToken);

        public async Task AppendAsync(ErasureLedgerEntry entry, CancellationToken cancellationToken)
        {
            await sink.AppendAsync(entry, cancellationToken);
            await KillAsync<bool>();
        }

        public IAsyncEnumerable<ErasureLedgerEntry> ReadAsync(
            OrgId org,
            long afterHeight,
            CancellationToken cancellationToken
        ) => sink.ReadAsync(org, afterHeight, cancellationToken);
    }
}
