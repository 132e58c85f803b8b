using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>Each role sees what it may, and reads a reason for what it may not.</summary>
public sealed class RoleTests(SiteFixture fixture)
{
    static readonly string[] OverviewPanels =
    [
        "Key figures",
        "Volume",
        "Answer rate",
        "Busy hours",
        "Team",
        "To call back",
        "Live",
    ];

    [Theory]
    [InlineData("Owner", "empty", "ready", "ready")]
    [InlineData("Admin", "empty", "ready", "ready")]
    [InlineData("Analyst", "empty", "denied", "denied")]
    [InlineData("Member", "empty", "denied", "denied")]
    [InlineData("Viewer", "denied", "denied", "denied")]
    public async Task Every_role_sees_what_it_may_and_is_told_what_it_may_not(
        string role,
        string search,
        string members,
        string log
    )
    {
        await using Visitor visitor = await fixture.SignInAsync(role);
        foreach (string panel in OverviewPanels)
            await visitor.ExpectStateAsync(panel, "ready");
        await Expect(visitor.Page.GetByText(role, new() { Exact = true })).ToBeVisibleAsync();
        await Expect(visitor.Page.GetByText("Your own calls and messages")).ToHaveCountAsync(role == "Member" ? 1 : 0);
        await Expect(visitor.Page.GetByLabel("Purpose of access")).ToHaveCountAsync(role is "Owner" or "Admin" ? 1 : 0);
        await visitor.OpenAsync("Conversations");
        await visitor.ExpectStateAsync("Contacts", "ready");
        await visitor.OpenAsync("Search");
        await visitor.ExpectStateAsync("Results", search);
        await visitor.OpenAsync("Ask");
        await visitor.ExpectStateAsync("Answer", "empty");
        await visitor.OpenAsync("Sources");
        await visitor.ExpectStateAsync("Health of sources", "ready");
        await Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }))
            .ToHaveCountAsync(members == "ready" ? 1 : 0);
        await visitor.OpenAsync("Members");
        await visitor.ExpectStateAsync("Members of the org", members);
        await visitor.OpenAsync("Audit log");
        await visitor.ExpectStateAsync("Proof", log);
        await visitor.ExpectStateAsync("Entries", log);
        await visitor.OpenAsync("Privacy");
        await visitor.ExpectStateAsync("Open requests of people", members);
        await visitor.ExpectStateAsync("Answered requests", log == "denied" ? "denied" : "empty");
    }

    [Fact]
    public async Task A_viewer_sees_masked_contacts_and_no_names()
    {
        await using Visitor viewer = await fixture.SignInAsync("Viewer");
        await Expect(viewer.Panel("Team").GetByText("Member ").First).ToBeVisibleAsync();
        await viewer.OpenAsync("Conversations");
        await Expect(viewer.Panel("Contacts").GetByRole(AriaRole.Link).First).ToHaveTextAsync(new Regex("^Contact "));
        await viewer.Panel("Contacts").GetByRole(AriaRole.Link).First.ClickAsync();
        await viewer.ExpectStateAsync("Thread", "ready");
        await Expect(viewer.Page.Locator(".denied")).ToHaveTextAsync(new Regex("not what was said"));
        await Expect(viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Open the texts" })).ToHaveCountAsync(0);
        // The connection itself carries no number and no name of a customer or colleague.
        Assert.DoesNotContain("+4477", viewer.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("Priya", viewer.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("Ashworth", viewer.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_sees_only_the_own_calls_of_a_conversation()
    {
        await using Visitor member = await fixture.SignInAsync("Member");
        await Expect(member.Panel("Team").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await Expect(member.Panel("Team")).ToContainTextAsync("Max Carter");
        await member.OpenAsync("Conversations");
        await member.Panel("Contacts").GetByRole(AriaRole.Link).First.ClickAsync();
        await member.ExpectStateAsync("Thread", "ready");
        Assert.DoesNotContain("Priya", member.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_are_opened_for_a_purpose_and_the_access_is_in_the_log()
    {
        await using Visitor analyst = await fixture.SignInAsync("Analyst");
        await analyst.OpenConversationAsync();
        await Expect(analyst.Page.Locator(".thread .text")).ToHaveCountAsync(0);
        await analyst.Page.GetByLabel("Purpose", new() { Exact = true }).SelectOptionAsync("Quality");
        await analyst.Page.GetByRole(AriaRole.Button, new() { Name = "Open the texts" }).ClickAsync();
        await Expect(analyst.Page.Locator(".thread .text").First).ToBeVisibleAsync();
        await Expect(analyst.Page.GetByText("Opened for: Quality")).ToBeVisibleAsync();

        await using Visitor owner = await fixture.SignInAsync("Owner");
        await owner.OpenAsync("Audit log");
        await owner
            .Page.GetByLabel("About", new() { Exact = true })
            .SelectOptionAsync("Opened texts, names and numbers");
        await owner.Page.GetByLabel("Member", new() { Exact = true }).SelectOptionAsync("Ana Lindqvist");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        ILocator rows = owner.Panel("Entries").Locator("tbody tr");
        await Expect(rows.Filter(new() { HasText = "Quality" }).First).ToBeVisibleAsync();
        await Expect(rows.Filter(new() { HasNotText = "Ana Lindqvist" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_search_shows_passages_and_a_question_is_restated()
    {
        await using Visitor analyst = await fixture.SignInAsync("Analyst");
        await analyst.OpenAsync("Search");
        await analyst.SearchAsync("\"late delivery\"");
        await Expect(analyst.Page.Locator("mark").First).ToHaveTextAsync(new Regex("late|delivery"));
        await analyst.SearchAsync("xylophone");
        await analyst.ExpectStateAsync("Results", "empty");

        await analyst.OpenAsync("Ask");
        await analyst.AskAsync("missed calls by agent in the last 30 days");
        await Expect(analyst.Page.Locator("[data-restated]")).ToContainTextAsync("Missed calls by agent");
        await Expect(analyst.Panel("Answer").GetByRole(AriaRole.Row).Filter(new() { HasText = "Tom Hale" }))
            .ToBeVisibleAsync();
        await analyst.AskAsync("what is the weather like");
        await Expect(analyst.Page.Locator("[data-refused]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Nobody_reaches_a_page_without_signing_in()
    {
        await using Visitor stranger = await fixture.VisitAsync();
        foreach (string path in (string[])["/", "/conversations", "/search", "/ask", "/members", "/audit-log"])
        {
            await stranger.Page.GotoAsync(path);
            await Expect(stranger.Page).ToHaveURLAsync(new Regex("/sign-in"));
        }
    }
}
