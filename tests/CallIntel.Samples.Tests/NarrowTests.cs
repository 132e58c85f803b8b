using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>Every page works on a telephone, in both themes.</summary>
public sealed class NarrowTests(SiteFixture fixture)
{
    /// <summary>What does not fit, as one text a problem.</summary>
    const string Check = """
        () => {
          const problems = [], root = document.documentElement;
          if (root.scrollWidth > root.clientWidth)
            problems.push(`the page scrolls sideways by ${root.scrollWidth - root.clientWidth} pixels`);
          const isOutside = r => r.left < 0 || r.right > root.clientWidth;
          for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")) {
            if (!e.checkVisibility({ visibilityProperty: true }) || e.matches(".skip")) continue;
            const shown = e.type === "radio" ? e.nextElementSibling : e, r = shown.getBoundingClientRect();
            const name = shown.textContent.trim().slice(0, 40) || shown.id;
            // What scrolls inside of the page is reached by scrolling it.
            if (isOutside(r) && !e.closest(".scroll")) problems.push(`outside of the page: ${name}`);
            // WCAG 2.2, 2.5.8; links are exempt if they are within text
            if (r.height < 24 && !e.matches("td a, th a, p a, li a, input[type=checkbox]"))
              problems.push(`too low to touch (${Math.round(r.height)} pixels): ${name}`);
          }
          for (const e of document.querySelectorAll("main *")) {
            if (e.closest(".scroll, .visually-hidden, svg") || !e.checkVisibility()) continue;
            if (isOutside(e.getBoundingClientRect())) problems.push(`outside of the page: ${e.outerHTML.slice(0, 80)}`);
          }
          for (const chart of document.querySelectorAll(".chart svg")) {
            if (chart.getBoundingClientRect().width < 250) problems.push("a chart is too narrow");
            // Each text with its center, its size and its slant, because slanted labels can stand close to each other.
            const texts = [...chart.querySelectorAll("text")].map(t => {
              const m = t.getScreenCTM(), b = t.getBBox();
              const center = new DOMPoint(b.x + b.width / 2, b.y + b.height / 2).matrixTransform(m);
              return { text: t.textContent, center, width: b.width, height: b.height, slant: Math.atan2(m.b, m.a) };
            });
            for (const [i, a] of texts.entries())
              for (const b of texts.slice(i + 1)) {
                if (Math.abs(a.slant - b.slant) > 0.01) continue;
                const x = b.center.x - a.center.x, y = b.center.y - a.center.y;
                const along = Math.abs(x * Math.cos(a.slant) + y * Math.sin(a.slant));
                const across = Math.abs(y * Math.cos(a.slant) - x * Math.sin(a.slant));
                if (along < (a.width + b.width) / 2 && across < (a.height + b.height) / 2.5)
                  problems.push(`labels of a chart overlap: ${a.text}, ${b.text}`);
              }
          }
          return problems;
        }
        """;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_page_fits_on_a_telephone(ColorScheme theme)
    {
        await using Visitor owner = await fixture.VisitAsync(theme: theme, width: Visitor.NarrowWidth);
        PageCheck pictures = new(owner, "Owner", theme);
        List<string> problems = [];
        async Task CheckAsync(string page)
        {
            string[] found = await owner.Page.EvaluateAsync<string[]>(Check);
            problems.AddRange(found.Distinct().Select(problem => $"{page}: {problem}"));
            await pictures.TakeAsync(page);
        }

        await owner.Page.GotoAsync("/sign-in");
        await CheckAsync("Sign in");
        await owner.SignInAsync("Owner");
        foreach (string page in AccessibilityTests.Pages)
        {
            await owner.OpenAsync(page);
            await CheckAsync(page);
        }
        await owner.Panel("Open requests of people").GetByRole(AriaRole.Link).First.ClickAsync();
        await owner.ExpectStateAsync("What the person asked for", "ready");
        await CheckAsync("Request");
        await owner.OpenConversationAsync();
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Open the texts" }).ClickAsync();
        await Expect(owner.Page.GetByText("The access was recorded")).ToBeVisibleAsync();
        await CheckAsync("Conversation");
        await owner.OpenAsync("Search");
        await owner.SearchAsync("refund \"late delivery\"");
        await Expect(owner.Page.Locator("mark").First).ToBeVisibleAsync();
        await CheckAsync("Search results");
        await owner.OpenAsync("Ask");
        foreach (
            string question in (string[])
                ["calls per day in the last 30 days", "calls by hour of the week", "missed calls by agent"]
        )
        {
            await owner.AskAsync(question);
            await owner.SettleAsync();
            await CheckAsync("Answer");
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }
}
