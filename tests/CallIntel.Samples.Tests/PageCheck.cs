using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace CallIntel.Samples.Tests;

/// <summary>
/// Runs axe on a page and takes a picture of it. With <c>CALLINTEL_SCREENSHOTS=1</c>, the pictures that the
/// documentation shows are written to <c>docs/images</c>.
/// </summary>
sealed class PageCheck(Visitor visitor, string role, ColorScheme theme)
{
    static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    static readonly Dictionary<(string Page, ColorScheme Theme), string> Pictures = new()
    {
        [("Overview", ColorScheme.Light)] = "overview",
        [("Overview", ColorScheme.Dark)] = "overview-dark",
        [("Conversation", ColorScheme.Light)] = "conversation",
        [("Search results", ColorScheme.Light)] = "search",
        [("Answer", ColorScheme.Light)] = "ask",
        [("Accesses", ColorScheme.Light)] = "access-log",
        [("Privacy", ColorScheme.Light)] = "privacy",
    };

    /// <summary>The serious and critical findings.</summary>
    internal List<string> Findings { get; } = [];

    internal async Task RunAsync(string page)
    {
        await visitor.Page.EvaluateAsync(Axe);
        JsonElement result = await visitor.Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run()).violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                + ".map(v => v.id + ': ' + v.nodes.slice(0, 4).map(n => n.html + ' ' + n.failureSummary).join(' | '))"
        );
        Findings.AddRange(result.EnumerateArray().Select(finding => $"{page}, {theme}: {finding.GetString()}"));
        if (
            role == "Owner"
            && Pictures.TryGetValue((page, theme), out string? name)
            && Environment.GetEnvironmentVariable("CALLINTEL_SCREENSHOTS") is { Length: > 0 }
        )
            await visitor.Page.ScreenshotAsync(
                new PageScreenshotOptions
                {
                    Path = Path.Combine(Repository.Root, $"docs/images/tenant-api-{name}.png"),
                    FullPage = page is "Overview",
                }
            );
    }
}
