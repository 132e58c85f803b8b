using System.Reflection;

namespace CallIntel.Sdk.Crypto.Tests;

public class CryptoErrorCodesTests
{
    [Fact]
    public void Every_code_is_unique_within_its_range_and_documented()
    {
        string[] codes =
        [
            .. typeof(CryptoErrorCodes)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => (string)f.GetRawConstantValue()!),
        ];
        Assert.Equal(codes.Length, codes.Distinct().Count());
        foreach (string code in codes)
        {
            Assert.Matches("^CI01[0-9]{2}$", code);
            string page = Path.Combine(Repository.Root, "docs", "diagnostics", $"{code}.md");
            Assert.True(File.Exists(page), $"{code} has no page.");
            string text = File.ReadAllText(page);
            foreach (string part in new[] { $"# {code}", "## What happened", "## Why", "## What to do" })
                Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_exception_is_transient_only_if_its_cause_is()
    {
        Assert.False(new CallIntelException("CI0100", "It failed.", "Mend it.").IsTransient);
        Assert.False(new CallIntelException("CI0100", "It failed.", "Mend it.", new IOException()).IsTransient);
        var transient = new CallIntelException("CI0100", "It failed.", "Mend it.") { IsTransient = true };
        Assert.True(new CallIntelException("CI0101", "It failed too.", "Mend it.", transient).IsTransient);
    }
}
