using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>Every page works with a keyboard.</summary>
public sealed class KeyboardTests(SiteFixture fixture)
{
    [Fact]
    public async Task Every_page_can_be_walked_through_with_the_keyboard_alone()
    {
        await using Visitor owner = await fixture.VisitAsync();
        await owner.Page.GotoAsync("/sign-in");
        await WalkAsync(owner, "Sign in");
        await FocusAsync(owner, "button[value=Owner]");
        await owner.Page.Keyboard.PressAsync("Enter");
        await Expect(owner.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Overview");
        // The overview comes last, because it is open already.
        foreach (string page in (string[])[.. AccessibilityTests.Pages.Skip(1), AccessibilityTests.Pages[0]])
        {
            string path = page == "Overview" ? "/" : $"/{page.ToLowerInvariant().Replace(' ', '-')}";
            await FocusAsync(owner, $"nav a[href='{path}']");
            await owner.Page.Keyboard.PressAsync("Enter");
            await Expect(owner.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(page);
            // A screen reader announces the new page, because its heading has the focus.
            Assert.True(await owner.HasFocusAsync("h1"), $"The heading of {page} does not get the focus.");
            await owner.SettleAsync();
            await WalkAsync(owner, page);
        }
        await owner.OpenConversationAsync();
        await FocusAsync(owner, ".contact button");
        await owner.Page.Keyboard.PressAsync("Enter");
        await Expect(owner.Page.GetByText("The access was recorded")).ToBeVisibleAsync();
        await WalkAsync(owner, "Conversation");
    }

    [Fact]
    public async Task The_first_stop_of_a_page_skips_the_navigation()
    {
        await using Visitor owner = await fixture.SignInAsync("Owner");
        await FocusAsync(owner, ".skip");
        await owner.Page.Keyboard.PressAsync("Enter");
        Assert.True(await owner.HasFocusAsync("#main"));
    }

    /// <summary>Presses Tab until the element has the focus.</summary>
    static async Task FocusAsync(Visitor visitor, string selector)
    {
        for (int i = 0; i < 300; i++)
        {
            await visitor.Page.Keyboard.PressAsync("Tab");
            if (await visitor.Page.EvaluateAsync<bool>("s => document.activeElement.matches(s)", selector))
                return;
        }
        Assert.Fail($"The keyboard does not reach {selector}.");
    }

    /// <summary>
    /// Presses Tab through the page: every control is reached, has a name, and shows that it has the focus.
    /// </summary>
    static async Task WalkAsync(Visitor visitor, string page)
    {
        int controls = await visitor.Page.EvaluateAsync<int>(
            """
            () => {
              document.querySelectorAll("[data-reached]").forEach(e => e.removeAttribute("data-reached"));
              document.activeElement.blur();
              window.walk = [...document.querySelectorAll(
                "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']")]
                .filter(e => !e.disabled && e.checkVisibility({ visibilityProperty: true })
                  && !(e.type === "radio" && !e.checked));
              // A date has a stop for each of its parts and one for its calendar.
              return window.walk.length + 3 * window.walk.filter(e => e.type === "date").length;
            }
            """
        );
        for (int i = 0; i < controls + 3; i++)
        {
            await visitor.Page.Keyboard.PressAsync("Tab");
            string? problem = await visitor.Page.EvaluateAsync<string?>(
                """
                () => {
                  const e = document.activeElement;
                  if (e === document.body) return null;
                  e.setAttribute("data-reached", "");
                  const shown = e.type === "radio" ? e.nextElementSibling : e;
                  const name = e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent;
                  if (!name?.trim()) return "no name: " + e.outerHTML;
                  const style = getComputedStyle(shown);
                  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)
                    return "no visible focus: " + e.outerHTML;
                  return null;
                }
                """
            );
            Assert.True(problem is null, $"{page}: {problem}");
        }
        string missed = await visitor.Page.EvaluateAsync<string>(
            "() => window.walk.filter(e => e.isConnected && !e.hasAttribute('data-reached'))"
                + ".map(e => e.outerHTML).join('\\n')"
        );
        Assert.True(missed.Length == 0, $"{page}: the keyboard does not reach {missed}");
    }
}
