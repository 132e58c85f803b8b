using CallIntel.Sdk.Testing.Ways;
using Npgsql;

namespace CallIntel.Sdk.Testing.Tests;

public sealed class WaysTests(SharedServer shared)
{
    private static readonly PostgresServerOptions Defaults = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_that_the_variable_names_is_taken_first_and_not_stopped()
    {
        await using (PostgresServer given = await StartAsync(Defaults, With(shared.Server.AdminConnectionString)))
        {
            Assert.Contains("CALLINTEL_POSTGRES", given.Origin, StringComparison.Ordinal);
            Assert.Equal(shared.Server.MajorVersion, given.MajorVersion);
            Assert.False(given.IsThrowAway);
        }

        Assert.Equal(1, await Sql.ScalarAsync<int>(shared.Server.AdminConnectionString, "select 1"));
    }

    [Fact]
    public async Task A_variable_that_is_no_connection_string_is_an_error_without_its_text()
    {
        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
            StartAsync(Defaults, With("postgres://u:secret@host/db"))
        );

        Assert.Equal(TestingErrorCodes.GivenServerUnusable, failure.Code);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_an_error_and_not_passed_over()
    {
        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
            StartAsync(Defaults, With("Host=127.0.0.1;Port=1;Username=u;Password=secret"))
        );

        Assert.Equal(TestingErrorCodes.GivenServerUnusable, failure.Code);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_create_databases_is_an_error()
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
            Assert.Equal(TestingErrorCodes.GivenServerUnusable, failure.Code);
            Assert.Contains("CREATEROLE", failure.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            await Sql.RunAsync(shared.Server.AdminConnectionString, "drop role callintel_tests_weak");
        }
    }

    [Fact]
    public async Task When_no_way_fits_the_error_names_each_way_its_reason_and_the_remedies()
    {
        int other = shared.Server.MajorVersion == 18 ? 15 : 18;
        Surroundings poor = With(shared.Server.AdminConnectionString) with { IsRoot = false, IsDebian = true };

        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
            PostgresServer.StartInAsync(
                new PostgresServerOptions { MajorVersion = other },
                poor,
                [new GivenServer(), new Unfit("Docker", "no engine answers"), new DebianPostgres()],
                Cancellation
            )
        );

        Assert.Equal(TestingErrorCodes.NoPostgres, failure.Code);
        Assert.Contains($"PostgreSQL {other}", failure.Problem, StringComparison.Ordinal);
        Assert.Contains(
            $"CALLINTEL_POSTGRES: it is PostgreSQL {shared.Server.MajorVersion}",
            failure.Problem,
            StringComparison.Ordinal
        );
        Assert.Contains("Docker: no engine answers", failure.Problem, StringComparison.Ordinal);
        Assert.Contains("Debian's packages: needs root", failure.Problem, StringComparison.Ordinal);
        Assert.Contains("set CALLINTEL_POSTGRES", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_installed_server_without_pgvector_is_passed_over_and_named()
    {
        string folder = Directory.CreateTempSubdirectory("callintel-tests-").FullName;
        try
        {
            await WriteProgramAsync(Path.Combine(folder, "initdb"), "true");
            await WriteProgramAsync(
                Path.Combine(folder, "pg_config"),
                $"case $1 in --version) echo PostgreSQL 99.1 ;; --sharedir) echo '{folder}' ;; esac"
            );
            var surroundings = new Surroundings(name => name == "PATH" ? folder : null, IsRoot: false, IsDebian: true);

            WayAttempt attempt = await new InstalledPostgres().TryAsync(
                ServerRequest.From(new PostgresServerOptions { MajorVersion = 18 }, surroundings),
                Cancellation
            );

            Assert.Null(attempt.Server);
            Assert.Contains($"PostgreSQL 99 with no pgvector in {folder}", attempt.WhyNot, StringComparison.Ordinal);
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
    public async Task Options_that_cannot_be_met_are_refused(int? major, string? cluster, string? setting)
    {
        var options = new PostgresServerOptions { MajorVersion = major, DataDirectory = cluster };
        if (setting is not null)
            options.Settings[setting] = "1";

        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
            PostgresServer.StartAsync(options, Cancellation)
        );

        Assert.Equal(TestingErrorCodes.OptionsNotOffered, failure.Code);
    }

    private static Surroundings With(string connectionString) =>
        Surroundings.Real with
        {
            Variable = name => name == GivenServer.VariableName ? connectionString : null,
        };

    private static Task<PostgresServer> StartAsync(PostgresServerOptions options, Surroundings surroundings) =>
        PostgresServer.StartInAsync(options, surroundings, [new GivenServer()], Cancellation);

    private static async Task WriteProgramAsync(string path, string text)
    {
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{text}\n", Cancellation);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private sealed class Unfit(string name, string whyNot) : PostgresWay
    {
        internal override string Name => name;

        internal override Task<WayAttempt> TryAsync(ServerRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(WayAttempt.DoesNotFit(whyNot));
    }
}
