using System.Diagnostics;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// A separate process that loads records until the test kills it: this test program, started with <see cref="Verb"/> as
/// its first argument.
/// </summary>
static class LoadingClient
{
    internal const string Verb = "load";

    internal static Process Start(TestDatabase database, string keys, OrgIdentity identity) =>
        Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!)
            {
                ArgumentList =
                {
                    Verb,
                    database.AppConnectionString,
                    keys,
                    database.RootKeyFile,
                    identity.Org.ToString(),
                    identity.Member.ToString(),
                },
                RedirectStandardOutput = true,
            }
        )!;

    internal static async Task<int> MainAsync(string[] args)
    {
        using KeyRingFileProvider root = KeyRingFileProvider.Open(args[3], KeyRingProtection.FileModeOnly);
        await using CallIntelDataSource source = new(
            new CallIntelOptions
            {
                ConnectionString = args[1],
                SigningKeyFile = args[2],
                RootKeys = root,
            }
        );
        await using OrgSession session = await source.OpenSessionAsync(
            new OrgIdentity(new OrgId(Guid.Parse(args[4])), new MemberId(Guid.Parse(args[5])))
        );
        await LoadAsync(session, new IngestSource("killed", DefaultRegion: "DK"), 30_000, 500, CancellationToken.None);
        return 0;
    }

    internal static Task<IngestReport> LoadAsync(
        OrgSession session,
        IngestSource source,
        int count,
        int batchSize,
        CancellationToken cancellationToken
    ) =>
        session.Ingestion.IngestAsync(
            source,
            GeneratedRecords.Async(GeneratedRecords.Take(count)),
            new IngestOptions { BatchSize = batchSize },
            cancellationToken
        );
}
