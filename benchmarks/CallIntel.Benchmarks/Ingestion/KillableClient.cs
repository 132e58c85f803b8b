using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>An application of its own process that loads a feed, to be killed: this program, started with a first argument of <see cref="Verb"/>.</summary>
static class KillableClient
{
    internal const string Verb = "load-until-killed";

    const int BatchSize = 500;

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

    /// <summary>Prints a line when it is connected and begins to load, and one when all is stored; ends with 0 when all is stored, with 3 when the database failed.</summary>
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
            IngestLoad.Async(new SeededFeed(rows, orgs: 1).RecordsOf(0)),
            new IngestOptions { BatchSize = BatchSize }
        );
}
