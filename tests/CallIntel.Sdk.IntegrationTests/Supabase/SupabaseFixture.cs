using CallIntel.Sdk.IntegrationTests.Supabase;
using CallIntel.Sdk.Testing;

[assembly: AssemblyFixture(typeof(SupabaseFixture))]

namespace CallIntel.Sdk.IntegrationTests.Supabase;

/// <summary>
/// Servers where only a role like that of Supabase installs the package: one for each major version, started when the
/// first test needs it.
/// </summary>
public sealed class SupabaseFixture : IAsyncDisposable
{
    readonly SemaphoreSlim _gate = new(1, 1);
    readonly Dictionary<int, PostgresServer> _servers = [];
    readonly Dictionary<int, SupabaseProject> _shared = [];

    /// <summary>
    /// 17; with <c>CALLINTEL_ALL_MAJORS=1</c> also the oldest and the newest, whose rules for roles differ.
    /// </summary>
    public static TheoryData<int> Majors =>
        Environment.GetEnvironmentVariable("CALLINTEL_ALL_MAJORS") == "1" ? [15, 17, 18] : [17];

    /// <summary>The project that tests share which change nothing but rows of their own.</summary>
    internal async Task<SupabaseProject> SharedAsync(int major)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_shared.TryGetValue(major, out SupabaseProject? project))
                _shared.Add(major, project = await SupabaseProject.CreateAsync(await ServerAsync(major)));
            return project;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A project of a test's own.</summary>
    internal async Task<SupabaseProject> NewAsync(int major, params string[] scripts)
    {
        await _gate.WaitAsync();
        try
        {
            return await SupabaseProject.CreateAsync(await ServerAsync(major), scripts);
        }
        finally
        {
            _gate.Release();
        }
    }

    async Task<PostgresServer> ServerAsync(int major)
    {
        if (!_servers.TryGetValue(major, out PostgresServer? server))
            _servers.Add(
                major,
                server = await PostgresServer.StartAsync(
                    new PostgresServerOptions { MajorVersion = major, Settings = { ["wal_level"] = "logical" } }
                )
            );
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SupabaseProject project in _shared.Values)
            await project.DisposeAsync();
        foreach (PostgresServer server in _servers.Values)
            await server.DisposeAsync();
        _gate.Dispose();
    }
}
