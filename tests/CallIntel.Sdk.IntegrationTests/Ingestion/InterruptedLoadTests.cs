using System.Diagnostics;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Tests a killed client and a broken connection during a load: running it again ends in the same state as an
/// undisturbed load.
/// </summary>
public sealed class InterruptedLoadTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const int Count = 30_000;
    const int BatchSize = 500;
    static readonly IngestSource Source = new("killed", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Broken_connections_during_a_load_lose_and_duplicate_nothing()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("cut", Cancellation);
        int cuts = 0;
        for (bool complete = false; !complete; )
        {
            Task<IngestReport> load = LoadAsync(org);
            if (cuts < 6)
            {
                await UntilEventsAsync(org, load, (cuts + 1) * Count / 8);
                await using NpgsqlCommand cut = fixture.Database.Admin.CreateCommand(
                    """
                    select count(pg_terminate_backend(pid)) from pg_catalog.pg_stat_activity
                     where usename = 'callintel_app' and datname = current_database()
                    """
                );
                await cut.ExecuteNonQueryAsync(Cancellation);
                cuts++;
            }
            try
            {
                await load;
                complete = true;
            }
            catch (CallIntelException) { }
        }
        await AssertSameAsUndisturbedAsync(org);
    }

    [Fact]
    public async Task Killing_the_client_during_a_load_loses_and_duplicates_nothing()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("killed", Cancellation);
        string keys = Path.Combine(Path.GetTempPath(), $"callintel-keys-{Guid.NewGuid():N}.json");
        fixture.Database.SigningKeys.Save(keys);
        try
        {
            for (int kill = 1; kill <= 3; kill++)
            {
                using Process client = LoadingClient.Start(fixture.Database, keys, org.As(OrgRole.Owner));
                await UntilEventsAsync(org, client.WaitForExitAsync(Cancellation), kill * Count / 5);
                Assert.False(client.HasExited);
                client.Kill();
                await client.WaitForExitAsync(Cancellation);
            }
            await LoadAsync(org);
            await AssertSameAsUndisturbedAsync(org);
        }
        finally
        {
            File.Delete(keys);
        }
    }

    async Task AssertSameAsUndisturbedAsync(TestOrg org)
    {
        TestOrg undisturbed = await fixture.Database.CreateOrgAsync("undisturbed", Cancellation);
        await LoadAsync(undisturbed);
        Assert.Equal(
            await StoredState.OfAsync(fixture.Database, undisturbed),
            await StoredState.OfAsync(fixture.Database, org)
        );
    }

    async Task<IngestReport> LoadAsync(TestOrg org)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await LoadingClient.LoadAsync(session, Source, Count, BatchSize, Cancellation);
    }

    /// <summary>Waits until so many rows are committed, or the load is over.</summary>
    async Task UntilEventsAsync(TestOrg org, Task load, int count)
    {
        while (!load.IsCompleted && await StoredState.CountAsync(fixture.Database, org, "events") < count)
            await Task.Yield();
    }
}
