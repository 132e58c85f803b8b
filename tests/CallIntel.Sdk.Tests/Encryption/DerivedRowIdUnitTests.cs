using System.Text.Json;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Encryption;

namespace CallIntel.Sdk.Tests.Encryption;

/// <summary>Tests that the derived row ids in docs/envelope.md are the ones that the SDK uses.</summary>
public sealed partial class DerivedRowIdUnitTests
{
    [Fact]
    public void Derived_row_ids_match_the_published_test_vectors()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "envelope.md"));
        List<JsonElement> vectors =
        [
            .. JsonBlock()
                .Matches(page)
                .Select(m => JsonDocument.Parse(m.Groups[1].Value).RootElement)
                .Where(v => v.TryGetProperty("derivedRow", out _)),
        ];
        Assert.Equal(3, vectors.Count);
        foreach (JsonElement v in vectors)
        {
            Guid derived = v.TryGetProperty("event", out JsonElement id)
                ? ScopeKeys.DetailRowId(id.GetGuid(), v.GetProperty("ordinal").GetInt32())
                : ScopeKeys.RejectRowId(v.GetProperty("run").GetGuid(), v.GetProperty("ordinal").GetInt64());
            Assert.Equal(v.GetProperty("derivedRow").GetGuid(), derived);
        }
    }

    static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CallIntel.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException("CallIntel.sln is in no folder above the test binary.");
    }

    [GeneratedRegex("```json\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
