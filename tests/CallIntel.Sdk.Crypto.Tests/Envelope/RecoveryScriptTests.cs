using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

/// <summary>
/// The Python implementation of docs/envelope.md. Without Python, the test checks that the script contains the formats
/// of this build.
/// </summary>
public partial class RecoveryScriptTests
{
    static readonly string Script = Path.Combine(Repository.Root, "docs", "recover.py");
    static readonly string Page = Path.Combine(Repository.Root, "docs", "envelope.md");

    [Theory]
    [InlineData("")]
    [InlineData("--pure")]
    public async Task The_python_implementation_passes_every_vector_of_the_format_page(string option)
    {
        int vectors = JsonBlock().Count(await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken));
        Assert.True(vectors > 30, "The page has lost vectors.");
        await AssertNamesTheFormatsOfThisBuildAsync();
        if (await RunAsync(["--check", Page, option]) is not (int exitCode, string output))
            return;

        Assert.Equal($"{vectors} of {vectors} vectors hold", output.Trim());
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task The_python_implementation_decrypts_a_recovery_file_and_rejects_a_changed_vector()
    {
        await AssertNamesTheFormatsOfThisBuildAsync();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("callintel-recovery-");
        try
        {
            string page = await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken);
            using var chain = System.Text.Json.JsonDocument.Parse(
                JsonBlock()
                    .Matches(page)
                    .Select(m => m.Groups[1].Value)
                    .First(b => b.Contains("\"chain\"", StringComparison.Ordinal))
            );
            string file = Path.Combine(folder.FullName, "recovery.json");
            await File.WriteAllTextAsync(
                file,
                chain.RootElement.GetProperty("chain").GetRawText(),
                TestContext.Current.CancellationToken
            );
            string changed = Path.Combine(folder.FullName, "changed.md");
            await File.WriteAllTextAsync(
                changed,
                page.Replace("\"result\": \"UnknownKey\"", "\"result\": \"Ok\"", StringComparison.Ordinal),
                TestContext.Current.CancellationToken
            );
            if (await RunAsync([file]) is not (int exitCode, string output))
                return;

            Assert.Equal(
                (0, chain.RootElement.GetProperty("chain").GetProperty("text").GetString()),
                (exitCode, output.Trim())
            );
            Assert.Equal(1, (await RunAsync(["--check", changed]))!.Value.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task AssertNamesTheFormatsOfThisBuildAsync()
    {
        string script = await File.ReadAllTextAsync(Script, TestContext.Current.CancellationToken);
        foreach (
            string label in new[]
            {
                "ci/kid/v1",
                "ci/aad/v1",
                "ci/bidx/v1",
                "ci/root/v1",
                "ci/ring/v1",
                "ci/ring/mac/v2",
                "ci/dek",
                "ci/kek",
                "ci/bik",
                "ci/eid",
                "0xC1",
                "0xD2",
                "0xD3",
            }
        )
            Assert.Contains(label, script, StringComparison.Ordinal);
    }

    /// <returns>Null if python3 is not installed.</returns>
    static async Task<(int ExitCode, string Output)?> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("python3", [Script, .. arguments.Where(a => a.Length > 0)])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        try
        {
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, output);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex("```json\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
