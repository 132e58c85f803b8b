using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>
/// Tests the wire protocol: a statement takes one round trip, and tokens appear only in bind messages.
/// </summary>
public sealed class WireTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_statement_in_a_session_takes_one_round_trip()
    {
        await using WireProxy proxy = WireProxy.Start(fixture.Database.AppConnectionString);
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(o =>
            o.ConnectionString = proxy.ConnectionString
        );
        await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation);
        for (int i = 0; i < 3; i++) // connects, describes, prepares
            await session.Members.ListAsync(Cancellation);

        int before = proxy.RoundTrips;
        for (int i = 0; i < 10; i++)
            await session.Members.ListAsync(Cancellation);

        Assert.Equal(10, proxy.RoundTrips - before);
    }

    [Fact]
    public async Task Tokens_are_never_part_of_statement_text()
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        string text = await session
            .QueryAsync(
                "select string_agg(query, '|') from pg_catalog.pg_stat_activity where usename = 'callintel_app'",
                r => r.GetString(0),
                cancellationToken: Cancellation
            )
            .SingleAsync(Cancellation);
        Assert.Contains("pg_stat_activity", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\\x01", text, StringComparison.Ordinal);
    }
}
