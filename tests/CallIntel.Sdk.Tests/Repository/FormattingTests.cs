using System.Diagnostics;

namespace CallIntel.Sdk.Tests.Repository;

/// <summary>
/// Tests that CSharpier, in the version of <c>.config/dotnet-tools.json</c>, would not change any file.
/// </summary>
public sealed class FormattingTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CSharpier_finds_no_unformatted_file()
    {
        (int exitCode, string output) = await RunAsync("tool", "restore");
        Assert.True(exitCode == 0, $"dotnet tool restore failed with exit code {exitCode}:\n{output}");
        (exitCode, output) = await RunAsync("csharpier", "check", ".");
        Assert.True(exitCode == 0, $"Some files are not formatted. Run: dotnet csharpier format .\n{output}");
        Assert.Contains("Checked", output, StringComparison.Ordinal);
    }

    static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = RepositoryFolder.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancellation),
            errors = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output + await errors);
    }
}
