using CallIntel.Sdk.Testing.Providers;
using Npgsql;

namespace CallIntel.Sdk.Testing.Tests;

public sealed class ProvidersTests(SharedServer shared)
{
    static readonly PostgresServerOptions Defaults = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_configured_server_is_used_first_and_not_stopped()
    {
        await using (PostgresServer configured = await StartAsync(Defaults, With(shared.Server.AdminConnectionString)))
        {
            Assert.Contains("CALLINTEL_POSTGRES", configured.Origin, StringComparison.Ordinal);
            Assert.Equal(shared.Server.MajorVersion, configured.MajorVersion);
            Assert.False(configured.IsThrowAway);
        }

        Assert.Equal(1, await Sql.ScalarAsync<int>(shared.Server.AdminConnectionString, "select 1"));
    }

    [Fact]
    public async Task An_invalid_connection_string_is_not_quoted_in_the_exception()
    {
        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
            StartAsync(Defaults, With("postgres://u:secret@host/db"))
        );

        Assert.Equal(TestingErrorCodes.ConfiguredServerUnusable, failure.Code);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configured_server_that_does_not_respond_is_an_error()
    {
        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
            StartAsync(Defaults, With("Host=127.0.0.1;Port=1;Username=u;Password=secret"))
        );

        Assert.Equal(TestingErrorCodes.ConfiguredServerUnusable, failure.Code);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configured_role_that_cannot_create_databases_is_an_error()
    {
        await Sql.RunAsync(
            shared.Server.AdminConnectionString,
            "create role callintel_tests_weak login password 'weak'"
        );
        try
        {
            string weak = new NpgsqlConnectionStringBuilder(shared.Server.AdminConnectionString)
            {
                Username = "callintel_tests_weak",
                Password = "weak",
            }.ConnectionString;
            CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
                StartAsync(Defaults, With(weak))
            );
            Assert.Equal(TestingErrorCodes.ConfiguredServerUnusable, failure.Code);
            Assert.Contains("CREATEROLE", failure.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            await Sql.RunAsync(shared.Server.AdminConnectionString, "drop role callintel_tests_weak");
        }
    }

    [Fact]
    public async Task Without_an_available_provider_the_exception_lists_every_provider_with_its_reason()
    {
        int other = shared.Server.MajorVersion == 18 ? 15 : 18;
        HostEnvironment host = With(shared.Server.AdminConnectionString) with { IsRoot = false, IsDebian = true };

        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
            PostgresServer.StartInAsync(
                new PostgresServerOptions { MajorVersion = other },
                host,
                [
                    new ConfiguredServerProvider(),
                    new UnavailableProvider("Docker", "no Docker engine responds"),
                    new DebianPackagesProvider(),
                ],
                Cancellation
            )
        );

        Assert.Equal(TestingErrorCodes.NoPostgres, failure.Code);
        Assert.Contains($"PostgreSQL {other}", failure.Problem, StringComparison.Ordinal);
        Assert.Contains(
            $"CALLINTEL_POSTGRES: the server is PostgreSQL {shared.Server.MajorVersion}",
            failure.Problem,
            StringComparison.Ordinal
        );
        Assert.Contains("Docker: no Docker engine responds", failure.Problem, StringComparison.Ordinal);
        Assert.Contains(
            "Debian packages: this process does not run as root",
            failure.Problem,
            StringComparison.Ordinal
        );
        Assert.Contains("set CALLINTEL_POSTGRES", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_installed_PostgreSQL_without_pgvector_is_not_used()
    {
        string folder = Directory.CreateTempSubdirectory("callintel-tests-").FullName;
        try
        {
            await WriteProgramAsync(Path.Combine(folder, "initdb"), "true");
            await WriteProgramAsync(
                Path.Combine(folder, "pg_config"),
                $"case $1 in --version) echo PostgreSQL 99.1 ;; --sharedir) echo '{folder}' ;; esac"
            );
            var host = new HostEnvironment(name => name == "PATH" ? folder : null, IsRoot: false, IsDebian: true);

            ProviderResult result = await new InstalledPostgresProvider().TryAsync(
                ServerRequest.From(new PostgresServerOptions { MajorVersion = 18 }, host),
                Cancellation
            );

            Assert.Null(result.Server);
            Assert.Contains($"PostgreSQL 99 with no pgvector in {folder}", result.Reason, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(14, null, null)]
    [InlineData(16, null, null)]
    [InlineData(null, "../elsewhere", null)]
    [InlineData(null, "", null)]
    [InlineData(null, null, "work_mem = 1; x")]
    public async Task Unsupported_options_are_rejected(int? major, string? cluster, string? setting)
    {
        var options = new PostgresServerOptions { MajorVersion = major, DataDirectory = cluster };
        if (setting is not null)
            options.Settings[setting] = "1";

        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
            PostgresServer.StartAsync(options, Cancellation)
        );

        Assert.Equal(TestingErrorCodes.OptionsNotSupported, failure.Code);
    }

    static HostEnvironment With(string connectionString) =>
        HostEnvironment.Current with
        {
            Variable = name => name == ConfiguredServerProvider.VariableName ? connectionString : null,
        };

    static Task<PostgresServer> StartAsync(PostgresServerOptions options, HostEnvironment host) =>
        PostgresServer.StartInAsync(options, host, [new ConfiguredServerProvider()], Cancellation);

    static async Task WriteProgramAsync(string path, string text)
    {
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{text}\n", Cancellation);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    sealed class UnavailableProvider(string name, string reason) : PostgresProvider
    {
        internal override string Name => name;

        internal override Task<ProviderResult> TryAsync(ServerRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(ProviderResult.Unavailable(reason));
    }
}
