using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests;

/// <summary>A database for one test class, with two orgs.</summary>
public sealed class DatabaseFixture(ServerFixture server) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public TestOrg Own { get; private set; } = null!;

    public TestOrg Foreign { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await server.Template.CloneAsync();
        Own = await Database.CreateOrgAsync("own");
        Foreign = await Database.CreateOrgAsync("foreign");
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
