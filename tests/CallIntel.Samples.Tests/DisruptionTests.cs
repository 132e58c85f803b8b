using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>What members see when something goes wrong.</summary>
[Collection<DisruptedTests>]
public sealed class DisruptionTests(SiteFixture fixture, DisruptedSite disrupted)
{
    readonly DemoSite _site = disrupted.Site;

    [Fact]
    public async Task A_removed_member_is_out_at_the_next_click_and_cannot_come_back()
    {
        await using Visitor analyst = await fixture.SignInAsync("Analyst", _site);
        string token = await _site.TokenAsync("Analyst");
        await using Visitor owner = await fixture.SignInAsync("Owner", _site);
        await owner.OpenAsync("Members");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Ana Lindqvist", Exact = true }).ClickAsync();
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Ana Lindqvist now" }).ClickAsync();
        await Expect(owner.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Ana Lindqvist" }))
            .ToHaveCountAsync(0);

        // The page follows changes, so it may have left before the click, or leave while the script runs.
        try
        {
            await analyst.Page.EvaluateAsync("document.querySelector('nav a[href=\"/conversations\"]')?.click()");
        }
        catch (PlaywrightException e) when (e.Message.Contains("navigation", StringComparison.Ordinal)) { }
        await Expect(analyst.Page).ToHaveURLAsync(new Regex("/sign-in\\?reason=removed"));
        await Expect(analyst.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no longer a member");

        // Signing in again, or a token that has not expired yet, does not help.
        await analyst.Page.Locator("button[value=Analyst]").ClickAsync();
        await Expect(analyst.Page).ToHaveURLAsync(new Regex("/sign-in\\?reason=removed"));
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/events");
        request.Headers.Authorization = new("Bearer", token);
        using HttpResponseMessage response = await _site.Client.SendAsync(
            request,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Figures_of_a_stale_source_are_marked_on_every_panel()
    {
        await using Visitor owner = await fixture.SignInAsync("Owner", _site);
        await owner.SettleAsync();
        await Expect(owner.Page.Locator("[data-stale]")).ToHaveCountAsync(0);
        await owner.OpenAsync("Sources");
        await owner.Page.GetByLabel("Source", new() { Exact = true }).SelectOptionAsync("telephones");
        await owner.Page.GetByLabel("expects new records every").SelectOptionAsync("second");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(owner.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "telephones" }))
            .ToContainTextAsync("Stale");
        await owner.OpenAsync("Overview");
        foreach (string panel in (string[])["Volume", "Answer rate", "Busy hours", "Team", "To call back"])
            await Expect(owner.Panel(panel).Locator("[data-stale]")).ToContainTextAsync("Stale: complete until");
    }

    [Fact]
    public async Task A_database_that_is_down_is_shown_as_an_error_and_can_be_tried_again()
    {
        await using Visitor viewer = await fixture.SignInAsync("Viewer", _site);
        await viewer.SettleAsync();
        string database = disrupted.DatabaseName;
        await disrupted.ExecuteAsync($"alter database {database} with allow_connections false", isServer: true);
        await disrupted.ExecuteAsync(
            $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'",
            isServer: true
        );
        await viewer.Page.GetByRole(AriaRole.Link, new() { Name = "Sources" }).ClickAsync();
        await viewer.ExpectStateAsync("Health of sources", "error");
        await Expect(viewer.Panel("Health of sources").GetByRole(AriaRole.Alert))
            .ToContainTextAsync("This could not be loaded");

        await disrupted.ExecuteAsync($"alter database {database} with allow_connections true", isServer: true);
        await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await viewer.ExpectStateAsync("Health of sources", "ready");
        // The live list connects again by itself.
        await viewer.OpenAsync("Overview");
        await Expect(viewer.Panel("Live").GetByText("Connected")).ToBeVisibleAsync();
    }
}
