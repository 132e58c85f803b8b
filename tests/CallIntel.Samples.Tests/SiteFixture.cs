using CallIntel.Samples.Tests;
using CallIntel.Sdk.Testing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(SiteFixture))]

namespace CallIntel.Samples.Tests;

/// <summary>One server, one browser and one running sample for all tests.</summary>
public sealed class SiteFixture : IAsyncLifetime
{
    PostgresServer _server = null!;
    IPlaywright _playwright = null!;
    IBrowser _browser = null!;

    /// <summary>The sample that most tests share. It accepts tokens of <see cref="Keys"/>.</summary>
    internal DemoSite Site { get; private set; } = null!;

    internal KeyServer Keys { get; } = KeyServer.Start();

    internal string ServerConnectionString => _server.AdminConnectionString;

    public async ValueTask InitializeAsync()
    {
        // Both use apt on a new machine, so one after the other.
        _server = await PostgresServer.StartAsync(
            // Nothing of a demo has to survive a power failure.
            new PostgresServerOptions { Progress = Console.WriteLine, Settings = { ["fsync"] = "off" } }
        );
        _playwright = await Playwright.CreateAsync();
        _browser = await Browser.StartAsync(_playwright);
        Site = await StartSiteAsync($"--Jwt:Keys={Keys.Document}");
    }

    internal Task<DemoSite> StartSiteAsync(params string[] arguments) =>
        DemoSite.StartAsync([Repository.TenantApi, .. arguments], ServerConnectionString);

    /// <summary>Starts the sample on a server of its own, as its users do.</summary>
    internal static Task<DemoSite> StartFirstSiteAsync() => DemoSite.StartAsync([Repository.TenantApi], postgres: null);

    /// <summary>Opens a browser window of its own, without cookies.</summary>
    internal Task<Visitor> VisitAsync(
        DemoSite? site = null,
        ColorScheme theme = ColorScheme.Light,
        int width = Visitor.WideWidth
    ) => Visitor.CreateAsync(_browser, site ?? Site, theme, width);

    /// <summary>Opens a browser window and signs in.</summary>
    internal async Task<Visitor> SignInAsync(string role, DemoSite? site = null, ColorScheme theme = ColorScheme.Light)
    {
        Visitor visitor = await VisitAsync(site, theme);
        await visitor.SignInAsync(role);
        return visitor;
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _server.DisposeAsync();
        await Keys.DisposeAsync();
    }
}
