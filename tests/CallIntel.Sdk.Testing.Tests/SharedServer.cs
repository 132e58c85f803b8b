using CallIntel.Sdk.Testing.Tests;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace CallIntel.Sdk.Testing.Tests;

/// <summary>One server for the tests that only look at it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
