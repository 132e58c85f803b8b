using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Playwright;

namespace CallIntel.Samples.Tests;

/// <summary>Debian's Chromium, which the set-up of the tests installs if it is missing.</summary>
static class Browser
{
    /// <summary>The environment variable that names another Chromium.</summary>
    const string Variable = "CALLINTEL_CHROMIUM";

    internal static async Task<IBrowser> StartAsync(IPlaywright playwright) =>
        await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = await FindOrInstallAsync(),
                // Chromium refuses to run as root in its sandbox. The tests only open pages of this repository.
                Args = Environment.IsPrivilegedProcess ? ["--no-sandbox", "--disable-dev-shm-usage"] : [],
            }
        );

    /// <returns>The path of the program.</returns>
    internal static async Task<string> FindOrInstallAsync(string? script = null)
    {
        if (script is null && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
            return path;
        ProcessStartInfo start = new("bash", [script ?? Path.Combine(Repository.Root, "eng/chromium.sh")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string problem;
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(),
                errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode == 0)
                return (await output).Trim();
            problem = (await errors).Trim();
        }
        catch (Win32Exception e)
        {
            problem = e.Message;
        }
        throw new InvalidOperationException(
            $"The browser tests need Chromium: {problem}. Install it (Debian: apt-get install chromium), run the tests "
                + $"once as root, or set {Variable} to the path of a Chromium or Chrome."
        );
    }
}
