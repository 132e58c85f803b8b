using System.Diagnostics;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>An application of its own process that loads records, to be killed: this test program, started with a first argument of <see cref="Verb"/>.</summary>
static class LoadingClient
{
    internal const string Verb = "load";

    internal static Process Start(string connectionString, string keys, OrgIdentity identity) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
    {
        ArgumentList = { Verb, connectionString, keys, identity.Org.ToString(), identity.Member.ToString() },
        RedirectStandardOutput = true,
    })!;

    internal static async Task<int> MainAsync(string[] args)
    {
        await using CallIntelDataSource source = new(new CallIntelOptions { ConnectionString = args[1], SigningKeyFile = args[2] });
        await using OrgSession session = await source.OpenSessionAsync(new OrgIdentity(new OrgId(Guid.Parse(args[3])), new MemberId(Guid.Parse(args[4]))));
        await LoadAsync(session, new IngestSource("killed", DefaultRegion: "DK"), 30_000, 500, CancellationToken.None);
        return 0;
    }

    internal static Task<IngestReport> LoadAsync(OrgSession session, IngestSource source, int count, int batchSize, CancellationToken cancellationToken) =>
        session.Events.IngestAsync(source, GeneratedRecords.Async(GeneratedRecords.Take(count)), new IngestOptions { BatchSize = batchSize }, cancellationToken);
}
