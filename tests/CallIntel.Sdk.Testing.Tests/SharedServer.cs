using CallIntel.Sdk.Testing.Tests;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace CallIntel.Sdk.Testing.Tests;

/// <summary>One server for all tests that do not change its settings.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
