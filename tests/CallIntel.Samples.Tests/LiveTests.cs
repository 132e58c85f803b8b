using System.Net;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>A new event appears while somebody looks, without reloading the page.</summary>
public sealed class LiveTests(SiteFixture fixture)
{
    [Fact]
    public async Task A_message_that_the_webhook_receives_appears_without_reload()
    {
        await using Visitor analyst = await fixture.SignInAsync("Analyst");
        await Expect(analyst.Panel("Live").GetByText("Connected")).ToBeVisibleAsync();
        await analyst.Page.EvaluateAsync("window.loadedOnce = true");
        using HttpResponseMessage response = await fixture.Site.PostAsync(
            DemoSite.Message("+447700900321", "Hello from the webhook", "live-1")
        );
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Expect(analyst.Panel("Live").GetByRole(AriaRole.Link, new() { Name = "900321" })).ToBeVisibleAsync();
        Assert.True(await analyst.Page.EvaluateAsync<bool>("window.loadedOnce === true"));

        // The list of conversations follows as well.
        await analyst.OpenAsync("Conversations");
        await Expect(analyst.Panel("Contacts").GetByRole(AriaRole.Link, new() { Name = "900321" })).ToBeVisibleAsync();
        using HttpResponseMessage next = await fixture.Site.PostAsync(
            DemoSite.Message("+447700900322", "Another one", "live-2")
        );
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        await Expect(analyst.Panel("Contacts").GetByRole(AriaRole.Link, new() { Name = "900322" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_message_of_a_hidden_contact_appears_only_for_those_with_a_purpose()
    {
        await using Visitor analyst = await fixture.SignInAsync("Analyst");
        await using Visitor admin = await fixture.SignInAsync("Admin");
        await admin.Page.GetByLabel("Purpose of access").SelectOptionAsync("Security");
        await Expect(admin.Panel("Live").GetByText("Connected")).ToBeVisibleAsync();
        await Expect(analyst.Panel("Live").GetByText("Connected")).ToBeVisibleAsync();
        using HttpResponseMessage hidden = await fixture.Site.PostAsync(
            DemoSite.Message("+447700900999", "perihelion", "live-hidden")
        );
        using HttpResponseMessage other = await fixture.Site.PostAsync(
            DemoSite.Message("+447700900323", "after it", "live-3")
        );
        await Expect(admin.Panel("Live").GetByText("Beatrix Quill").First).ToBeVisibleAsync();
        // Changes arrive in the order of commits, so the analyst has passed the hidden one when the next one is there.
        await Expect(analyst.Panel("Live").GetByRole(AriaRole.Link, new() { Name = "900323" })).ToBeVisibleAsync();
        Assert.DoesNotContain("Beatrix", analyst.Received, StringComparison.Ordinal);
    }
}
