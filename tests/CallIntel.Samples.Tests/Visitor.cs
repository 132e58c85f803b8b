using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>
/// A browser window. When it closes, nothing may have gone wrong in it: no request to another host, no failed request,
/// no error in the console.
/// </summary>
sealed class Visitor : IAsyncDisposable
{
    internal const int WideWidth = 1360,
        NarrowWidth = 390;

    readonly IBrowserContext _context;
    readonly DemoSite _site;
    readonly List<string> _problems = [];
    readonly StringBuilder _received = new();

    Visitor(IBrowserContext context, IPage page, DemoSite site) => (_context, Page, _site) = (context, page, site);

    internal IPage Page { get; }

    /// <summary>The problems of the window so far. Clear it if a test causes one on purpose.</summary>
    internal IList<string> Problems => _problems;

    internal static async Task<Visitor> CreateAsync(
        IBrowser browser,
        DemoSite site,
        ColorScheme theme,
        int width = WideWidth
    )
    {
        IBrowserContext context = await browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = site.Address.ToString(),
                ColorScheme = theme,
                ReducedMotion = ReducedMotion.Reduce,
                ViewportSize = new ViewportSize { Width = width, Height = 900 },
            }
        );
        context.SetDefaultTimeout(20_000);
        SetDefaultExpectTimeout(20_000);
        Visitor visitor = new(context, await context.NewPageAsync(), site);
        visitor.Watch();
        return visitor;
    }

    void Watch()
    {
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _problems.Add($"console: {message.Text}");
        };
        Page.PageError += (_, error) => _problems.Add($"script: {error}");
        Page.Request += (_, request) =>
        {
            if (
                !request.Url.StartsWith(_site.Address.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
            )
                _problems.Add($"request to {request.Url}");
        };
        Page.Response += (_, response) =>
        {
            if (response.Status >= 400)
                _problems.Add($"{response.Status} of {response.Url}");
        };
        Page.WebSocket += (_, socket) =>
        {
            if (new Uri(socket.Url).Authority != _site.Address.Authority)
                _problems.Add($"connection to {socket.Url}");
            socket.FrameReceived += (_, frame) =>
            {
                lock (_received)
                    _received.Append(frame.Text ?? Encoding.UTF8.GetString(frame.Binary ?? []));
            };
        };
    }

    /// <summary>Everything that the page received over its connection, as text.</summary>
    internal string Received
    {
        get
        {
            lock (_received)
                return _received.ToString();
        }
    }

    internal async Task SignInAsync(string role)
    {
        await Page.GotoAsync("/sign-in");
        await Page.Locator($"button[value={role}]").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Overview");
    }

    /// <summary>Opens a page by its link in the navigation, without loading the document again.</summary>
    internal async Task OpenAsync(string name)
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(name);
        await SettleAsync();
    }

    /// <summary>Waits until no panel loads.</summary>
    internal async Task SettleAsync()
    {
        await Expect(Page.Locator("main [data-state]").First).ToBeVisibleAsync();
        await Expect(Page.Locator("[data-state='loading'], [aria-busy='true']")).ToHaveCountAsync(0);
    }

    internal async Task SearchAsync(string text)
    {
        await Page.GetByRole(AriaRole.Searchbox).FillAsync(text);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
    }

    /// <summary>Opens a conversation that contains texts, by a hit of the search.</summary>
    internal async Task OpenConversationAsync()
    {
        await OpenAsync("Search");
        await SearchAsync("\"late delivery\"");
        await Page.Locator(".hits a").First.ClickAsync();
        await ExpectStateAsync("Thread", "ready");
    }

    internal async Task AskAsync(string question)
    {
        await Page.GetByLabel("Question").FillAsync(question);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Ask", Exact = true }).ClickAsync();
        await Expect(Page.Locator(".question")).ToHaveTextAsync(question);
    }

    /// <summary>Waits until the element has the focus of its window.</summary>
    internal Task<bool> HasFocusAsync(string selector) =>
        Page.EvaluateAsync<bool>(
            """
            selector => new Promise(done => {
              const check = () => document.activeElement.matches(selector) ? done(true) : requestAnimationFrame(check);
              check();
              setTimeout(() => done(false), 20000);
            })
            """,
            selector
        );

    /// <summary>A panel of the page, by its title.</summary>
    internal ILocator Panel(string title) => Page.GetByRole(AriaRole.Region, new() { Name = title, Exact = true });

    internal Task ExpectStateAsync(string title, string state) =>
        Expect(Panel(title)).ToHaveAttributeAsync("data-state", state);

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Assert.True(_problems.Count == 0, string.Join("\n", _problems));
    }
}
