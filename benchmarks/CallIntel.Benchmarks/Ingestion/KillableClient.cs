using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// Ingests a feed in another process, which can be killed: this program with <see cref="Verb"/> as its first argument.
/// </summary>
static class KillableClient
{
    internal const string Verb = "load-until-killed";

    const int BatchSize = 500;

    /// <summary>Starts the process.</summary>
    internal static Process Start(TestDatabase database, string keys, OrgIdentity identity, int rows) =>
        Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!)
            {
                ArgumentList =
                {
                    Verb,
                    new NpgsqlConnectionStringBuilder(database.AppConnectionString)
                    {
                        ApplicationName = Verb,
                    }.ConnectionString,
                    keys,
                    database.RootKeyFile,
                    identity.Org.ToString(),
                    identity.Member.ToString(),
                    $"{rows}",
                },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;

    /// <summary>
    /// Runs in the other process. Prints one line before it begins to ingest, and one line when all records are stored.
    /// </summary>
    /// <returns>The exit code: 0 if all records are stored, 3 if the database failed.</returns>
    internal static async Task<int> MainAsync(string[] args)
    {
        using KeyRingFileProvider root = KeyRingFileProvider.Open(args[2], KeyRingProtection.FileModeOnly);
        await using CallIntelDataSource source = new(
            new CallIntelOptions
            {
                ConnectionString = args[0],
                SigningKeyFile = args[1],
                RootKeys = root,
            }
        );
        try
        {
            await using OrgSession session = await source.OpenSessionAsync(
                new OrgIdentity(new OrgId(Guid.Parse(args[3])), new MemberId(Guid.Parse(args[4])))
            );
            Console.WriteLine("loading");
            await LoadAsync(session, int.Parse(args[5], System.Globalization.CultureInfo.InvariantCulture));
            Console.WriteLine("loaded");
            return 0;
        }
        catch (CallIntelException)
        {
            return 3;
        }
    }

    internal static Task<IngestReport> LoadAsync(OrgSession session, int rows) =>
        session.Ingestion.IngestAsync(
            new IngestSource(IngestSuite.SourceName),
            IngestLoad.Async(new SeededFeed(rows, orgs: 1).GetRecords(0)),
            new IngestOptions { BatchSize = BatchSize }
        );
}
