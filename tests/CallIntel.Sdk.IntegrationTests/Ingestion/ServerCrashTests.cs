using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Kills a backend by SIGKILL during a load: the server closes all connections, recovers, and the load continues.
/// </summary>
public sealed class ServerCrashTests
{
    const int Count = 20_000,
        BatchSize = 500,
        Crashes = 3;
    static readonly IngestSource Source = new("crashed", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_crash_during_a_load_loses_and_duplicates_nothing()
    {
        // a server of its own: everybody on it is thrown out
        await using PostgresServer server = await PostgresServer.StartAsync(cancellationToken: Cancellation);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(
            server,
            ServerFixture.PrepareAsync,
            cancellationToken: Cancellation
        );
        await using TestDatabase database = await template.CloneAsync(Cancellation);
        TestOrg org = await database.CreateOrgAsync("crashed", Cancellation),
            undisturbed = await database.CreateOrgAsync("undisturbed", Cancellation);

        for (int crash = 1; crash <= Crashes; crash++)
        {
            DateTime before = await ServerCrash.StartedAsync(database);
            Task<IngestReport> load = LoadAsync(org);
            while (
                !load.IsCompleted
                && await StoredState.CountAsync(database, org, "events") < crash * Count / (Crashes + 2)
            )
                await Task.Yield();
            await ServerCrash.KillAsync(database, server.IsThrowAway);
            CallIntelException broken = await Assert.ThrowsAsync<CallIntelException>(() => load);
            Assert.Equal(ErrorCodes.Unreachable, broken.Code);
            await ServerCrash.RecoveredAsync(database, server.IsThrowAway ? before : DateTime.MinValue);
            Assert.InRange(await StoredState.CountAsync(database, org, "events"), 1, Count - 1);
        }

        // the same data source, whose pool holds nothing but connections of before
        IngestReport last = await LoadAsync(org);
        Assert.Equal((Count, 0), (last.Inserted + last.Duplicate, last.Rejected));
        Assert.True(last.Duplicate > 0);
        await LoadAsync(undisturbed);
        Assert.Equal(await StoredState.OfAsync(database, undisturbed), await StoredState.OfAsync(database, org));
    }

    static async Task<IngestReport> LoadAsync(TestOrg org)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await LoadingClient.LoadAsync(session, Source, Count, BatchSize, Cancellation);
    }
}
