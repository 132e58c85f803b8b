using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>
/// What a first visitor waits for: the time from the command to the first chart, and the bytes of the page. The test
/// prints both; with <c>CALLINTEL_LONG_TESTS=1</c> it builds the sample first, as <c>dotnet run</c> does.
/// </summary>
public sealed class FirstChartTests(SiteFixture fixture, ITestOutputHelper output)
{
    /// <summary>The page with its styles, scripts and data, as a browser without a cache receives it.</summary>
    const int MaxPageBytes = 1_000_000;

    static readonly bool IsLong = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1";

    [Fact]
    public async Task The_first_chart_appears_and_the_page_is_light()
    {
        long start = Stopwatch.GetTimestamp();
        if (IsLong)
            await BuildAsync();
        await using DemoSite site = await SiteFixture.StartFirstSiteAsync();
        TimeSpan started = Stopwatch.GetElapsedTime(start);
        await using Visitor visitor = await fixture.VisitAsync(site);
        ICDPSession network = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        await network.SendAsync("Network.enable");
        long bytes = 0;
        List<string> plain = [];
        network.Event("Network.loadingFinished").OnEvent += (_, e) =>
            Interlocked.Add(ref bytes, (long)e!.Value.GetProperty("encodedDataLength").GetDouble());
        network.Event("Network.webSocketFrameReceived").OnEvent += (_, e) =>
            Interlocked.Add(ref bytes, e!.Value.GetProperty("response").GetProperty("payloadData").GetString()!.Length);
        network.Event("Network.responseReceived").OnEvent += (_, e) =>
        {
            JsonElement response = e!.Value.GetProperty("response");
            if (
                // a file that did not change is answered with 304 and no content
                response.GetProperty("status").GetInt32() == 200
                && response.GetProperty("mimeType").GetString() is "text/css" or "text/javascript"
                && !response
                    .GetProperty("headers")
                    .EnumerateObject()
                    .Any(header => header.Name.Equals("content-encoding", StringComparison.OrdinalIgnoreCase))
            )
                plain.Add(response.GetProperty("url").GetString()!);
        };
        await visitor.SignInAsync("Owner");
        await Expect(visitor.Panel("Volume").Locator(".rz-chart path:visible").First).ToBeVisibleAsync();
        TimeSpan charted = Stopwatch.GetElapsedTime(start);
        await visitor.SettleAsync();
        output.WriteLine(
            $"started after {started.TotalSeconds:N1} s, first chart after {charted.TotalSeconds:N1} s, "
                + $"page of {bytes / 1000:N0} kB"
        );
        Assert.Empty(plain);
        Assert.InRange(bytes, 1, MaxPageBytes);
    }

    static async Task BuildAsync()
    {
        string[] arguments =
        [
            "build",
            Path.Combine(Repository.Root, "samples/TenantApi"),
            "--configuration",
            Repository.Configuration,
            "--nologo",
        ];
        using Process build = Process.Start(
            new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true }
        )!;
        string printed = await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(build.ExitCode == 0, printed);
    }
}
