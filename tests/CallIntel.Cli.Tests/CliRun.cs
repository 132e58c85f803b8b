using System.Diagnostics;
using System.Text.Json;

namespace CallIntel.Cli.Tests;

/// <summary>What a run of the built program printed and ended with.</summary>
sealed record CliRun(int ExitCode, string Output, string Errors)
{
    static string ProgramPath { get; } =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "CallIntel.Cli.exe" : "CallIntel.Cli");

    /// <summary>Runs the program to its end; nothing of this process's own settings reaches it.</summary>
    internal static async Task<CliRun> RunAsync(
        IReadOnlyDictionary<string, string?> environment,
        params IEnumerable<string> arguments
    )
    {
        using Process process = Start(environment, arguments);
        return await EndAsync(process);
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
        // a runner that was itself started in the background ignores interrupts, and so would its children
        ProcessStartInfo start = new("env", ["--default-signal=INT", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            string ours in start
                .Environment.Keys.Where(name => name.StartsWith("CALLINTEL_", StringComparison.Ordinal))
                .ToList()
        )
            start.Environment.Remove(ours);
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    internal static async Task<CliRun> EndAsync(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CliRun(process.ExitCode, await output, await errors);
    }

    /// <summary>The one document of <c>--json</c>: all of standard output, and nothing on standard error.</summary>
    internal JsonElement Document()
    {
        Assert.Equal("", Errors);
        JsonElement document = JsonDocument.Parse(Output).RootElement;
        Assert.Equal(ExitCode, document.GetProperty("exitCode").GetInt32());
        return document;
    }

    internal JsonElement Result() => Document().GetProperty("result");

    /// <summary>The code of a failure, and the exit code.</summary>
    internal (int ExitCode, string? Code) Failure()
    {
        JsonElement document = Document();
        Assert.Equal(JsonValueKind.Null, document.GetProperty("result").ValueKind);
        return (ExitCode, document.GetProperty("error").GetProperty("code").GetString());
    }

    /// <summary>A failure as people see it.</summary>
    internal void AssertFailed(int exitCode, string code)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Equal("", Output);
        Assert.StartsWith(code, Errors, StringComparison.Ordinal);
    }
}
