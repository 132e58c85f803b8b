using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using CallIntel.Sdk.Testing.Providers;
using Npgsql;

namespace CallIntel.Sdk.Testing.Tests;

public sealed class PostgresServerTests(SharedServer shared)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_has_pgvector_with_iterative_scans()
    {
        string version = await Sql.ScalarAsync<string>(
            shared.Server.AdminConnectionString,
            "select default_version from pg_available_extensions where name = 'vector'"
        );

        Assert.True(Version.Parse(version) >= new Version(0, 8));
        Assert.True(shared.Server.MajorVersion >= 15);
        Assert.NotEmpty(shared.Server.Origin);
    }

    [Fact]
    public async Task A_commit_is_durable()
    {
        foreach (string setting in (string[])["fsync", "synchronous_commit", "full_page_writes"])
            Assert.Equal("on", await Sql.ScalarAsync<string>(shared.Server.AdminConnectionString, $"show {setting}"));
    }

    [Fact]
    public async Task Text_is_utf8_and_passwords_are_scram()
    {
        Assert.Equal(
            "UTF8",
            await Sql.ScalarAsync<string>(shared.Server.AdminConnectionString, "show server_encoding")
        );
        Assert.Equal(
            "scram-sha-256",
            await Sql.ScalarAsync<string>(shared.Server.AdminConnectionString, "show password_encryption")
        );

        string wrong = new NpgsqlConnectionStringBuilder(shared.Server.AdminConnectionString)
        {
            Password = "wrong",
        }.ConnectionString;
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => Sql.RunAsync(wrong, "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task The_server_listens_on_loopback_only()
    {
        if (shared.Server.Folder is null)
            return; // a container or a configured server can listen on other addresses
        int port = new NpgsqlConnectionStringBuilder(shared.Server.AdminConnectionString).Port;
        IEnumerable<IPAddress> others = NetworkInterface
            .GetAllNetworkInterfaces()
            .SelectMany(n => n.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));

        Assert.True(await Traces.AnswersAsync("127.0.0.1", port));
        foreach (IPAddress other in others)
            Assert.False(await Traces.AnswersAsync(other.ToString(), port), $"answers on {other}");
    }

    [Fact]
    public async Task Nothing_is_left_after_disposal()
    {
        PostgresServer server = await PostgresServer.StartAsync(cancellationToken: Cancellation);
        await Sql.RunAsync(server.AdminConnectionString, "create table t (i int)");
        await server.DisposeAsync();

        if (server.Folder is null && !server.IsThrowAway)
            return; // CALLINTEL_POSTGRES configures it: it is not stopped
        Assert.Empty(
            await Traces.FindAsync(new NpgsqlConnectionStringBuilder(server.AdminConnectionString).Port, server.Folder)
        );
        await server.DisposeAsync(); // has no effect
    }

    [Fact]
    public async Task Settings_are_applied()
    {
        var options = new PostgresServerOptions
        {
            Settings = { ["work_mem"] = "5MB", ["callintel_tests.quoted"] = "it's" },
        };
        await using PostgresServer server = await StartOwnAsync(options);

        Assert.Equal("5MB", await Sql.ScalarAsync<string>(server.AdminConnectionString, "show work_mem"));
        Assert.Equal(
            "it's",
            await Sql.ScalarAsync<string>(server.AdminConnectionString, "show callintel_tests.quoted")
        );
    }

    [Fact]
    public async Task A_named_cluster_keeps_its_data()
    {
        var options = new PostgresServerOptions { DataDirectory = "callintel-tests" };
        await using (PostgresServer first = await StartOwnAsync(options))
        {
            Assert.False(first.IsThrowAway);
            await Sql.RunAsync(
                first.AdminConnectionString,
                "create table if not exists kept (i int); truncate kept; insert into kept values (4711)"
            );
        }

        PostgresServer second = await StartOwnAsync(options);
        await using (second)
            Assert.Equal(4711, await Sql.ScalarAsync<int>(second.AdminConnectionString, "select i from kept"));

        if (second.Folder is null)
            return; // the volume of a container: the next run uses it again
        Assert.Empty(Traces.ProcessesMentioning(second.Folder));
        Directory.Delete(second.Folder, recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(300)]
    [InlineData(400)]
    public async Task Canceling_the_start_leaves_no_process_behind(int milliseconds)
    {
        // A name of its own, so that the folder is known before the server runs.
        var options = new PostgresServerOptions { DataDirectory = "callintel-tests-canceled" };
        using var soon = new CancellationTokenSource(milliseconds);
        var elapsed = Stopwatch.StartNew();

        try
        {
            // The longest delay can be too late. Then this is an ordinary disposal.
            await using PostgresServer server = await PostgresServer.StartInAsync(
                options,
                HostEnvironment.Current,
                PostgresProvider.InOrder.Skip(1),
                soon.Token
            );
        }
        catch (OperationCanceledException) { }

        Assert.True(elapsed.Elapsed < TimeSpan.FromSeconds(30), "the process had to be killed");
        Assert.Empty(Traces.ProcessesMentioning(options.DataDirectory));
        // The folder does not exist before the first server of the machine has kept its data.
        DirectoryInfo clusters = new(Path.Combine(HostEnvironment.Current.CacheFolder, "clusters"));
        if (clusters.Exists)
            foreach (DirectoryInfo folder in clusters.GetDirectories($"{options.DataDirectory}-*"))
                folder.Delete(recursive: true);
    }

    [Fact]
    public void The_connection_string_keeps_row_values_out_of_error_messages()
    {
        Assert.Contains("Include Error Detail=False", shared.Server.AdminConnectionString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_supported_major_version_starts()
    {
        // Each of the others is a download on the first start, so only CALLINTEL_ALL_MAJORS=1 includes them.
        int[] majors = Environment.GetEnvironmentVariable("CALLINTEL_ALL_MAJORS") == "1" ? [15, 17, 18] : [17];
        foreach (int major in majors)
        {
            await using PostgresServer server = await StartOwnAsync(new PostgresServerOptions { MajorVersion = major });
            await Sql.RunAsync(server.AdminConnectionString, "create extension vector");
            string distance = await Sql.ScalarAsync<string>(
                server.AdminConnectionString,
                "select extversion || ' ' || ('[1,2]'::halfvec <-> '[1,3]'::halfvec) "
                    + "from pg_extension where extname = 'vector'"
            );

            TestContext.Current.TestOutputHelper?.WriteLine($"{server.Origin}, pgvector {distance}");
            Assert.Equal(major, server.MajorVersion);
            Assert.EndsWith(" 1", distance, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task When_the_server_rejects_a_setting_the_exception_names_it()
    {
        var options = new PostgresServerOptions { Settings = { ["work_mem"] = "much" } };

        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() => StartOwnAsync(options));

        // With Docker, the provider is reported as not available and the next ones are tried.
        Assert.Contains(failure.Code, (string[])[TestingErrorCodes.ServerDidNotStart, TestingErrorCodes.NoPostgres]);
        Assert.Contains("work_mem", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Starts a separate server, even if CALLINTEL_POSTGRES configures one.</summary>
    static Task<PostgresServer> StartOwnAsync(PostgresServerOptions options) =>
        PostgresServer.StartInAsync(options, HostEnvironment.Current, PostgresProvider.InOrder.Skip(1), Cancellation);
}
