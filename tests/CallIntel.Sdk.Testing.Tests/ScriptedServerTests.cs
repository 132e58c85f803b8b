using System.Diagnostics;
using CallIntel.Sdk.Testing.Providers;

namespace CallIntel.Sdk.Testing.Tests;

/// <summary>What a user sees of a command that starts a server, with shell commands in place of the server.</summary>
public sealed class ScriptedServerTests : IDisposable
{
    const string FortyLines = "for i in $(seq 40); do echo \"package $i\" >&2; done";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("callintel-tests-");
    readonly List<string> _progress = [];
    readonly List<string> _output = [];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_successful_start_reports_progress_and_output_separately()
    {
        (ScriptedServer server, ScriptedServer.ReadyServer ready) = await StartAsync(
            $$"""
            echo '==> Installing PostgreSQL' >&2
            {{FortyLines}}
            echo '{"host":"127.0.0.1","port":5433,"user":"u","password":"p","version":"17.6","data":"/d"}'
            cat
            """
        );
        await server.DisposeAsync();

        Assert.Equal(new ScriptedServer.ReadyServer(5433, "u", "p", "17.6", "/d"), ready);
        Assert.Equal(["Installing PostgreSQL"], _progress);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => $"package {i}"), _output);
    }

    [Fact]
    public async Task A_failed_start_throws_the_reason_and_the_last_lines_of_the_output()
    {
        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
            StartAsync(
                $"echo '==> Installing PostgreSQL' >&2; {FortyLines}; echo 'error: the disk is full' >&2; exit 1"
            )
        );

        Assert.Equal(TestingErrorCodes.ServerDidNotStart, failure.Code);
        Assert.Equal("PostgreSQL did not start: the disk is full.", failure.Problem);
        Assert.Equal(
            [.. Enumerable.Range(22, 19).Select(i => $"package {i}"), "error: the disk is full"],
            failure.Remedy.Split(Environment.NewLine)[1..]
        );
        Assert.Equal(["Installing PostgreSQL"], _progress);
    }

    [Fact]
    public async Task A_failed_start_without_a_reason_reports_the_exit_code()
    {
        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() => StartAsync("exit 7"));

        Assert.Equal("PostgreSQL did not start: the start script exited with code 7.", failure.Problem);
        Assert.Contains("There was no output.", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_installation_shows_one_line_of_progress_and_the_end_of_the_output_in_the_exception()
    {
        // The script itself, with a package manager that prints forty lines and fails. Nothing is installed.
        WriteProgram("id", "echo 0");
        WriteProgram(
            "unshare",
            $"[ \"${{@: -1}}\" = true ] || {{ {FortyLines}; echo 'error: no network' >&2; exit 1; }}"
        );
        WriteProgram("debootstrap", "exit 1");
        WriteProgram("apt-get", "exit 0");
        HostEnvironment host = HostEnvironment.Current with
        {
            Variable = name => name == "XDG_CACHE_HOME" ? _folder.FullName : Environment.GetEnvironmentVariable(name),
        };
        ProcessStartInfo start = await ScriptedServer.ScriptAsync(host, ["serve", "--verbose"], Cancellation);
        start.Environment["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";

        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() => StartAsync(start));

        Assert.Equal(["Installing PostgreSQL 17 and pgvector (about a minute) ..."], _progress);
        Assert.Equal("PostgreSQL did not start: no network.", failure.Problem);
        Assert.Contains("package 40", failure.Remedy, StringComparison.Ordinal);
        Assert.Contains("package 1", _output);
    }

    Task<(ScriptedServer Server, ScriptedServer.ReadyServer Ready)> StartAsync(string script) =>
        StartAsync(new ProcessStartInfo("bash", ["-c", script]));

    Task<(ScriptedServer Server, ScriptedServer.ReadyServer Ready)> StartAsync(ProcessStartInfo start) =>
        ScriptedServer.StartAsync(
            start,
            "PostgreSQL",
            TestingErrorCodes.ServerDidNotStart,
            _progress.Add,
            _output.Add,
            Cancellation
        );

    void WriteProgram(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
