using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.ChangeFeed;

/// <summary>
/// A server of its own for tests that crash it. Only the transactions of the tests write, and it makes no checkpoint by
/// itself.
/// </summary>
public sealed class CrashingServer : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public MigratedTemplate Template { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                Settings =
                {
                    ["wal_writer_delay"] = "10s",
                    ["autovacuum"] = "off",
                    ["bgwriter_lru_maxpages"] = "0",
                    ["checkpoint_timeout"] = "1d",
                },
            }
        );
        Template = await MigratedTemplate.CreateAsync(Server, ServerFixture.PrepareAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await Template.DisposeAsync();
        await Server.DisposeAsync();
    }
}
