using System.Diagnostics;
using System.Text.Json;

namespace CallIntel.Cli.Tests;

/// <summary>The exit code and the output of one run of the program.</summary>
sealed record CliRun(int ExitCode, string Output, string Errors)
{
    static string ProgramPath { get; } =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "CallIntel.Cli.exe" : "CallIntel.Cli");

    /// <summary>
    /// Runs the program and waits for it. It does not inherit the CALLINTEL_ variables of this process.
    /// </summary>
    internal static async Task<CliRun> RunAsync(
        IReadOnlyDictionary<string, string?> environment,
        params IEnumerable<string> arguments
    )
    {
        using Process process = Start(environment, arguments);
        return await WaitAsync(process);
    }

    internal static Process Start(
        IReadOnlyDictionary<string, string?> environment,
        params IEnumerable<string> arguments
    ) => Start(ProgramPath, environment, arguments);

    internal static Process Start(
        string program,
        IReadOnlyDictionary<string, string?> environment,
        params IEnumerable<string> arguments
    )
    {
        // a test runner that was started in the background ignores SIGINT, and its children inherit that
        ProcessStartInfo start = new("env", ["--default-signal=INT", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            string inherited in start
                .Environment.Keys.Where(name => name.StartsWith("CALLINTEL_", StringComparison.Ordinal))
                .ToList()
        )
            start.Environment.Remove(inherited);
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    internal static async Task<CliRun> WaitAsync(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CliRun(process.ExitCode, await output, await errors);
    }

    /// <summary>Returns the document of <c>--json</c>, and asserts that nothing else was printed.</summary>
    internal JsonElement Document()
    {
        Assert.Equal("", Errors);
        JsonElement document = JsonDocument.Parse(Output).RootElement;
        Assert.Equal(ExitCode, document.GetProperty("exitCode").GetInt32());
        return document;
    }

    internal JsonElement Result() => Document().GetProperty("result");

    /// <summary>Returns the exit code and the error code of a failed run with <c>--json</c>.</summary>
    internal (int ExitCode, string? Code) Failure()
    {
        JsonElement document = Document();
        Assert.Equal(JsonValueKind.Null, document.GetProperty("result").ValueKind);
        return (ExitCode, document.GetProperty("error").GetProperty("code").GetString());
    }

    /// <summary>Asserts that a run without <c>--json</c> failed.</summary>
    internal void AssertFailed(int exitCode, string code)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Equal("", Output);
        Assert.StartsWith(code, Errors, StringComparison.Ordinal);
    }
}
