namespace CallIntel.Samples.Tests;

/// <summary>The set-up of the browser tests.</summary>
public sealed class BrowserTests
{
    [Fact]
    public async Task Where_Chromium_cannot_be_installed_the_failure_names_the_remedies()
    {
        string script = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(
            script,
            "echo 'this machine has no Chromium, and only root can install it' >&2; exit 1",
            TestContext.Current.CancellationToken
        );
        try
        {
            InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() =>
                Browser.FindOrInstallAsync(script)
            );
            Assert.Contains("only root can install it", e.Message, StringComparison.Ordinal);
            Assert.Contains("apt-get install chromium", e.Message, StringComparison.Ordinal);
            Assert.Contains("CALLINTEL_CHROMIUM", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(script);
        }
    }
}
