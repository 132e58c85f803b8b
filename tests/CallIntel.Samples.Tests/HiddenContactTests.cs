using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>A hidden contact appears nowhere for members who must not see it, not even on the connection.</summary>
public sealed class HiddenContactTests(SiteFixture fixture)
{
    const string Number = "+447700900999";

    /// <summary>The name, the number and a word of the texts of the hidden contact.</summary>
    static readonly string[] Traces = ["Beatrix", "Quill", "900999", "900 999", "perihelion order", "perihelion frame"];

    [Theory]
    [InlineData("Viewer")]
    [InlineData("Member")]
    [InlineData("Analyst")]
    [InlineData("Admin")]
    [InlineData("Owner")]
    public async Task A_hidden_contact_appears_on_no_page_and_not_on_the_connection(string role)
    {
        string contact = await FindAsync();
        await using Visitor visitor = await fixture.SignInAsync(role);
        await visitor.SettleAsync();
        await visitor.Page.GetByText("90 days", new() { Exact = true }).ClickAsync();
        await Expect(visitor.Panel("Volume")).ToContainTextAsync("per week");
        await visitor.SettleAsync();
        await visitor.OpenAsync("Conversations");
        while (await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).CountAsync() > 0)
        {
            int rows = await visitor.Page.GetByRole(AriaRole.Row).CountAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).ClickAsync();
            await Expect(visitor.Page.GetByRole(AriaRole.Row).Nth(rows)).ToBeVisibleAsync();
        }
        if (role != "Viewer")
        {
            await visitor.OpenAsync("Search");
            foreach (string text in (string[])["perihelion", "surprise painted", Number])
            {
                await visitor.SearchAsync(text);
                await Expect(visitor.Page.GetByText($"Nothing was found for “{text}”.")).ToBeVisibleAsync();
            }
        }
        await visitor.OpenAsync("Ask");
        await visitor.AskAsync("top 100 contacts by messages in the last 90 days");
        await visitor.SettleAsync();
        // A hidden person and a person who does not exist get the same answer.
        string nobody = await RefusalAsync(visitor, "Cassandra");
        string hidden = await RefusalAsync(visitor, "Beatrix");
        Assert.Equal(nobody, hidden.Replace("Beatrix", "Cassandra", StringComparison.Ordinal));
        await visitor.Page.GotoAsync($"/conversations/{contact}");
        await visitor.ExpectStateAsync("Thread", "empty");

        // What came back must not contain more than the echo of what was asked.
        string received = visitor
            .Received.Replace("calls of Beatrix in the last 30 days", "", StringComparison.Ordinal)
            .Replace(hidden, "", StringComparison.Ordinal)
            .Replace($"“{Number}”", "", StringComparison.Ordinal);
        Assert.NotEmpty(received);
        foreach (string trace in Traces)
            Assert.DoesNotContain(trace, received, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain($"conversations/{contact}\"", received, StringComparison.OrdinalIgnoreCase);
    }

    static async Task<string> RefusalAsync(Visitor visitor, string name)
    {
        await visitor.AskAsync($"calls of {name} in the last 30 days");
        await visitor.SettleAsync();
        return await visitor.Page.Locator("[data-refused]").InnerTextAsync();
    }

    [Fact]
    public async Task A_purpose_shows_a_hidden_contact_to_an_admin_and_taking_it_back_hides_it()
    {
        string contact = await FindAsync();
        await using Visitor admin = await fixture.SignInAsync("Admin");
        await admin.OpenAsync("Conversations");
        ILocator hidden = admin.Panel("Contacts").GetByRole(AriaRole.Link, new() { Name = "Beatrix Quill" });
        await admin.Page.GetByLabel("Purpose of access").SelectOptionAsync("SubjectRequest");
        await Expect(hidden).ToBeVisibleAsync();
        await hidden.ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Open the texts" }).ClickAsync();
        await Expect(admin.Page.GetByText("perihelion").First).ToBeVisibleAsync();
        Assert.EndsWith(contact, admin.Page.Url, StringComparison.Ordinal);

        await admin.Page.GetByLabel("Purpose of access").SelectOptionAsync("None");
        await admin.ExpectStateAsync("Thread", "empty");
        await admin.OpenAsync("Conversations");
        await Expect(hidden).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("Analyst", "Support")]
    [InlineData("Member", "Support")]
    [InlineData("Viewer", "Support")]
    [InlineData("Owner", null)]
    public async Task The_API_does_not_know_a_hidden_contact_either(string role, string? purpose)
    {
        string contact = await FindAsync();
        using HttpResponseMessage events = await fixture.Site.GetAsync(
            $"/api/contacts/{contact}/events",
            role,
            purpose
        );
        Assert.Equal(
            """{"events":[],"next":null}""",
            await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        using HttpResponseMessage found = await fixture.Site.GetAsync(
            $"/api/contacts?number={Uri.EscapeDataString(Number)}",
            role,
            purpose
        );
        Assert.Equal(HttpStatusCode.NotFound, found.StatusCode);
    }

    /// <summary>The id of the hidden contact, which an owner with a purpose finds.</summary>
    async Task<string> FindAsync()
    {
        using HttpResponseMessage found = await fixture.Site.GetAsync(
            $"/api/contacts?number={Uri.EscapeDataString(Number)}",
            "Owner",
            "Support"
        );
        found.EnsureSuccessStatusCode();
        return (await found.Content.ReadFromJsonAsync<string>(TestContext.Current.CancellationToken))!;
    }
}
