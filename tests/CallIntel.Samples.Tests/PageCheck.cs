using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace CallIntel.Samples.Tests;

/// <summary>
/// Runs axe on a page and takes a picture of it. With <c>CALLINTEL_SCREENSHOTS=1</c>, the pictures that the
/// documentation shows are written to <c>docs/images</c>. With a folder instead of 1, a picture of every page is
/// written to the folder.
/// </summary>
sealed class PageCheck(Visitor visitor, string role, ColorScheme theme)
{
    static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    static readonly Dictionary<(string Page, ColorScheme Theme, bool IsNarrow), string> Pictures = new()
    {
        [("Overview", ColorScheme.Light, false)] = "overview",
        [("Overview", ColorScheme.Dark, false)] = "overview-dark",
        [("Conversation", ColorScheme.Light, false)] = "conversation",
        [("Search results", ColorScheme.Light, false)] = "search",
        [("Answer", ColorScheme.Light, false)] = "ask",
        [("Entries", ColorScheme.Light, false)] = "audit-log",
        [("Privacy", ColorScheme.Light, false)] = "privacy",
        [("Erasure", ColorScheme.Light, false)] = "erasure",
        [("Overview", ColorScheme.Light, true)] = "overview-narrow",
    };

    int _taken;

    /// <summary>The serious and critical findings.</summary>
    internal List<string> Findings { get; } = [];

    internal async Task RunAsync(string page)
    {
        // Pages of one circuit share a document, so the script is there already.
        if (await visitor.Page.EvaluateAsync<bool>("() => typeof axe === 'undefined'"))
            await visitor.Page.EvaluateAsync(Axe);
        JsonElement result = await visitor.Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
                + ".filter(v => ['serious', 'critical'].includes(v.impact))"
                + ".map(v => v.id + ': ' + v.nodes.slice(0, 4).map(n => n.html + ' ' + n.failureSummary).join(' | '))"
        );
        Findings.AddRange(result.EnumerateArray().Select(finding => $"{page}, {theme}: {finding.GetString()}"));
        await TakeAsync(page);
    }

    /// <summary>Takes a picture of the page, if pictures are asked for.</summary>
    internal async Task TakeAsync(string page)
    {
        string? folder = Environment.GetEnvironmentVariable("CALLINTEL_SCREENSHOTS");
        if (string.IsNullOrEmpty(folder))
            return;
        bool isNarrow = visitor.Page.ViewportSize!.Width == Visitor.NarrowWidth;
        string? path =
            folder != "1" ? Path.Combine(folder, $"{role}-{theme}{(isNarrow ? "-narrow" : "")}-{page}-{_taken++}.png")
            : role == "Owner" && Pictures.TryGetValue((page, theme, isNarrow), out string? name)
                ? Path.Combine(Repository.Root, $"docs/images/tenant-api-{name}.png")
            : null;
        if (path is not null)
            await visitor.Page.ScreenshotAsync(
                new PageScreenshotOptions
                {
                    Path = path,
                    FullPage = folder != "1" || (!isNarrow && page is "Overview" or "Erasure"),
                }
            );
    }
}
