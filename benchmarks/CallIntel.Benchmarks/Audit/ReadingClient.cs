using System.Diagnostics;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Audit;

/// <summary>
/// Reads pages with content in another process, which can be killed: this program with <see cref="Verb"/> as its first
/// argument.
/// </summary>
static class ReadingClient
{
    internal const string Verb = "read-until-killed";

    /// <summary>Starts the process.</summary>
    internal static Process Start(TestDatabase database, string keys, OrgIdentity identity) =>
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
                },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;

    /// <summary>
    /// Runs in the other process. For each page, prints the id of the request and the number of texts as soon as the
    /// SDK has returned them.
    /// </summary>
    /// <returns>The exit code: 3 when the database failed.</returns>
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
        OrgIdentity identity = new(new OrgId(Guid.Parse(args[3])), new MemberId(Guid.Parse(args[4])));
        EventFilter filter = EventFilter.All.WithContent().Newest(LedgerData.PageSize);
        try
        {
            while (true)
            {
                Guid request = Guid.NewGuid();
                await using OrgSession session = await source.OpenSessionAsync(identity with { RequestId = request });
                int texts = await session.Events.ReadAsync(filter).CountAsync(e => e.Content?.Body is not null);
                // One write, so that a line is whole or absent.
                await Console.Out.WriteAsync($"{request} {texts}\n");
            }
        }
        catch (CallIntelException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message} {e.InnerException?.Message}");
            return 3;
        }
    }
}
