using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>Every page works with a screen reader, and can be read in both themes.</summary>
public sealed class AccessibilityTests(SiteFixture fixture)
{
    internal static readonly string[] Pages =
    [
        "Overview",
        "Conversations",
        "Search",
        "Ask",
        "Sources",
        "Members",
        "Audit log",
        "Privacy",
    ];

    [Theory]
    [InlineData("Owner", ColorScheme.Light)]
    [InlineData("Owner", ColorScheme.Dark)]
    [InlineData("Viewer", ColorScheme.Light)]
    public async Task Axe_finds_nothing_serious_on_any_page(string role, ColorScheme theme)
    {
        await using Visitor visitor = await fixture.VisitAsync(theme: theme);
        PageCheck check = new(visitor, role, theme);
        await visitor.Page.GotoAsync("/sign-in");
        await check.RunAsync("Sign in");
        await visitor.SignInAsync(role);
        foreach (string page in Pages)
        {
            await visitor.OpenAsync(page);
            await check.RunAsync(page);
        }
        if (role == "Owner")
        {
            await visitor.OpenConversationAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Open the texts" }).ClickAsync();
            await Expect(visitor.Page.GetByText("The access was recorded")).ToBeVisibleAsync();
            await check.RunAsync("Conversation");
            await visitor.OpenAsync("Audit log");
            await visitor.ExpectStateAsync("Proof", "ready");
            await check.RunAsync("Entries");
            await visitor.OpenAsync("Privacy");
            await visitor.Panel("Open requests of people").GetByRole(AriaRole.Link).First.ClickAsync();
            await visitor.ExpectStateAsync("What the person asked for", "ready");
            await check.RunAsync("Request");
            await visitor.OpenAsync("Search");
            await visitor.SearchAsync("refund \"late delivery\"");
            await Expect(visitor.Page.Locator("mark").First).ToBeVisibleAsync();
            await check.RunAsync("Search results");
        }
        else
        {
            await visitor.OpenAsync("Conversations");
            await visitor.Panel("Contacts").GetByRole(AriaRole.Link).First.ClickAsync();
            await visitor.ExpectStateAsync("Thread", "ready");
            await check.RunAsync("Conversation");
        }
        await visitor.OpenAsync("Ask");
        foreach (
            string question in (string[])
                [
                    "calls per day in the last 30 days",
                    "calls by hour of the week",
                    "missed calls by agent in the last 30 days, compared to the 30 days before",
                ]
        )
        {
            await visitor.AskAsync(question);
            await visitor.SettleAsync();
            await check.RunAsync("Answer");
        }
        Assert.True(check.Findings.Count == 0, string.Join('\n', check.Findings));
    }
}
