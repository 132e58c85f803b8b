using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>
/// Tests a connection pooler in transaction mode: sessions of two orgs share two server connections and never see rows
/// of each other.
/// </summary>
public sealed class PoolerTests(ServerFixture server, DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ConnectionMode.TransactionPooler, 200)]
    [InlineData(ConnectionMode.TransactionPoolerWithoutPreparedStatements, 0)]
    public async Task Two_orgs_that_share_a_connection_pool_share_no_rows(
        ConnectionMode mode,
        int maxPreparedStatements
    )
    {
        await using PgBouncerServer pooler = await PgBouncerServer.StartAsync(
            server.Server,
            new PgBouncerOptions { PoolSize = 2, MaxPreparedStatements = maxPreparedStatements },
            Cancellation
        );
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(options =>
        {
            options.ConnectionString = pooler.Through(fixture.Database.AppConnectionString);
            options.ConnectionMode = mode;
        });
        TestOrg[] orgs =
        [
            await fixture.Database.CreateOrgAsync("one", Cancellation),
            await fixture.Database.CreateOrgAsync("two", Cancellation),
        ];

        await Task.WhenAll(
            orgs.Select(
                async (org, i) =>
                {
                    await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
                    await session.Ingestion.IngestAsync(
                        new IngestSource("pooled", DefaultRegion: "DK"),
                        GeneratedRecords.Async(GeneratedRecords.Take(500 + (100 * i))),
                        new IngestOptions { BatchSize = 100, Lanes = 1 },
                        Cancellation
                    );
                    for (int read = 0; read < 50; read++)
                        Assert.Equal(
                            [(500 + (100 * i), org.Id.Value)],
                            await session
                                .QueryAsync(
                                    """
                                    select count(*)::int, (array_agg(distinct org_id))[1] from callintel.events
                                    having count(distinct org_id) = 1
                                    """,
                                    r => (r.GetInt32(0), r.GetGuid(1)),
                                    cancellationToken: Cancellation
                                )
                                .ToListAsync(Cancellation)
                        );
                }
            )
        );
    }
}
