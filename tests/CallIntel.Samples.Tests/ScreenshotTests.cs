using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>
/// The pictures of the documentation. With <c>CALLINTEL_SCREENSHOTS=1</c>, they are written to <c>docs/images</c>.
/// </summary>
public sealed class ScreenshotTests(SiteFixture fixture)
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_page_can_be_shown_to_a_customer(ColorScheme theme)
    {
        await using Visitor owner = await fixture.SignInAsync("Owner", theme: theme);
        await owner.SettleAsync();
        await SaveAsync(owner, "overview", theme);

        await owner.OpenAsync("Conversations");
        await SaveAsync(owner, "conversations", theme);
        await owner.Panel("Contacts").GetByRole(AriaRole.Link).Nth(3).ClickAsync();
        await owner.SettleAsync();
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Open the texts" }).ClickAsync();
        await Expect(owner.Page.GetByText("The access was recorded")).ToBeVisibleAsync();
        await owner.SettleAsync();
        await SaveAsync(owner, "conversation", theme);

        await owner.OpenAsync("Search");
        await owner.Page.GetByRole(AriaRole.Searchbox).FillAsync("refund \"late delivery\"");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(owner.Page.Locator("mark").First).ToBeVisibleAsync();
        await SaveAsync(owner, "search", theme);

        await owner.OpenAsync("Ask");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "missed calls by agent" }).ClickAsync();
        await Expect(owner.Page.Locator("[data-restated]")).ToBeVisibleAsync();
        await owner.SettleAsync();
        await SaveAsync(owner, "ask", theme);

        await owner.OpenAsync("Sources");
        await SaveAsync(owner, "sources", theme);
        await owner.OpenAsync("Members");
        await SaveAsync(owner, "members", theme);
        await owner.OpenAsync("Access log");
        await SaveAsync(owner, "access-log", theme);
    }

    /// <summary>The pictures that the documentation shows. The others only have to succeed.</summary>
    static readonly string[] Documented = ["overview", "overview-dark", "conversation", "search", "ask", "access-log"];

    static async Task SaveAsync(Visitor visitor, string name, ColorScheme theme)
    {
        string file = theme is ColorScheme.Dark ? $"{name}-dark" : name;
        bool isWritten =
            Environment.GetEnvironmentVariable("CALLINTEL_SCREENSHOTS") is { Length: > 0 } && Documented.Contains(file);
        byte[] picture = await visitor.Page.ScreenshotAsync(
            new PageScreenshotOptions
            {
                Path = isWritten ? Path.Combine(Repository.Root, $"docs/images/tenant-api-{file}.png") : null,
                FullPage = name is "overview",
            }
        );
        Assert.NotEmpty(picture);
    }
}
