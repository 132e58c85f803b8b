using CallIntel.Sdk.IntegrationTests;
using CallIntel.Sdk.Testing;

[assembly: AssemblyFixture(typeof(ServerFixture))]

namespace CallIntel.Sdk.IntegrationTests;

/// <summary>
/// One server and one migrated template database for the whole run, with partitions for the months of the test records.
/// </summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public MigratedTemplate Template { get; private set; } = null!;

    /// <summary>For tests to run on another template; the caller disposes server and template.</summary>
    internal static ServerFixture Of(PostgresServer server, MigratedTemplate template) =>
        new() { Server = server, Template = template };

    public async ValueTask InitializeAsync()
    {
        Server = await PostgresServer.StartAsync(new PostgresServerOptions { Progress = Console.WriteLine });
        Template = await MigratedTemplate.CreateAsync(Server, PrepareAsync);
    }

    internal static Task PrepareAsync(Npgsql.NpgsqlDataSource admin) =>
        new CallIntelOperations(admin).EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 1));

    public async ValueTask DisposeAsync()
    {
        await Template.DisposeAsync();
        await Server.DisposeAsync();
    }
}
