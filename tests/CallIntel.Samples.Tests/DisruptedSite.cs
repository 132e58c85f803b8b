using Npgsql;

namespace CallIntel.Samples.Tests;

/// <summary>A sample of its own for tests after which others would not find what they expect.</summary>
public sealed class DisruptedSite(SiteFixture fixture) : IAsyncLifetime
{
    internal DemoSite Site { get; private set; } = null!;

    internal string DatabaseName => Site.DatabaseName;

    public async ValueTask InitializeAsync()
    {
        Site = await fixture.StartSiteAsync();
        Site.MayWarn = true;
        // The sample seals its ledgers for the first time after it has started.
        while (
            await ExecuteAsync("select succeeded_at from callintel_private.tasks where kind = 'seal_ledgers'")
                is not DateTime
        )
            await Task.Delay(100, TestContext.Current.CancellationToken);
    }

    /// <summary>Opens a connection to the database of the sample as the superuser.</summary>
    internal async Task<NpgsqlConnection> ConnectAsync(bool isServer = false)
    {
        NpgsqlConnection connection = new(
            new NpgsqlConnectionStringBuilder(fixture.ServerConnectionString)
            {
                Database = isServer ? "postgres" : DatabaseName,
                Pooling = false,
            }.ConnectionString
        );
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <returns>The first value of the first row; null without rows.</returns>
    internal async Task<object?> ExecuteAsync(string sql, bool isServer = false)
    {
        await using NpgsqlConnection connection = await ConnectAsync(isServer);
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
