using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CallIntel.Samples.Tests;

/// <summary>The API of the sample, with the tokens that it accepts.</summary>
public sealed class ApiTests(SiteFixture fixture)
{
    static readonly string[] Routes =
    [
        "/hooks/{org}",
        "/api/events",
        "/api/events/{id}",
        "/api/contacts",
        "/api/contacts/{contact}/events",
        "/api/search",
        "/api/questions",
        "/api/sources",
        "/api/dashboards/volume",
        "/api/dashboards/answer-rate",
        "/api/dashboards/leaderboard",
        "/api/dashboards/calls-to-return",
        "/api/changes",
    ];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    DemoSite Site => fixture.Site;

    [Fact]
    public async Task OpenAPI_describes_the_routes()
    {
        JsonElement document = await Site.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancellation);
        string[] described = [.. document.GetProperty("paths").EnumerateObject().Select(path => path.Name)];
        Assert.Superset(Routes.Except(["/api/changes"]).ToHashSet(), described.ToHashSet());
        Assert.Contains(
            "timeZone",
            document.GetProperty("paths").GetProperty("/api/dashboards/volume").ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Events_are_read_page_by_page_and_each_once()
    {
        JsonElement first = await ReadAsync("/api/events", "Analyst");
        string last = first.GetProperty("events")[49].GetProperty("id").GetString()!;
        JsonElement second = await ReadAsync($"/api/events?after={last}", "Analyst");
        string[] ids =
        [
            .. new[] { first, second }
                .SelectMany(page => page.GetProperty("events").EnumerateArray())
                .Select(e => e.GetProperty("id").GetString()!),
        ];
        Assert.Equal(100, ids.Distinct().Count());
    }

    [Fact]
    public async Task Content_search_questions_and_figures_are_answered_for_an_analyst()
    {
        JsonElement search = await ReadAsync("/api/search?text=refund", "Analyst");
        JsonElement hit = search.GetProperty("hits")[0];
        Assert.Contains("refund", hit.GetProperty("snippets").ToString(), StringComparison.OrdinalIgnoreCase);
        JsonElement found = await ReadAsync(
            $"/api/events/{hit.GetProperty("event").GetProperty("id").GetString()}",
            "Analyst"
        );
        Assert.NotEqual(JsonValueKind.Null, found.GetProperty("content").ValueKind);
        JsonElement answer = await ReadAsync("/api/questions?text=calls+per+day+in+the+last+7+days", "Analyst");
        Assert.True(answer.GetProperty("isAnswered").GetBoolean());
        JsonElement volume = await ReadAsync("/api/dashboards/volume?grain=week&channel=Call", "Analyst");
        Assert.Equal("Call", volume.GetProperty("rows")[0].GetProperty("channel").GetString());
        JsonElement sources = await ReadAsync("/api/sources", "Viewer");
        Assert.True(sources.GetProperty("streams").GetArrayLength() >= 2);
        using HttpResponseMessage denied = await Site.GetAsync("/api/search?text=refund", "Viewer");
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
    }

    [Fact]
    public async Task A_client_follows_changes_by_server_sent_events()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/changes");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Site.TokenAsync("Analyst"));
        using HttpResponseMessage response = await Site.Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            Cancellation
        );
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using StreamReader stream = new(await response.Content.ReadAsStreamAsync(Cancellation));
        using HttpResponseMessage stored = await Site.PostAsync(
            DemoSite.Message("+447700900331", "for the stream", "sse-1")
        );
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
        string? line;
        do line = await stream.ReadLineAsync(Cancellation);
        while (line is not ("event: inserted" or null));
        Assert.NotNull(line);
    }

    [Fact]
    public async Task A_webhook_without_a_valid_signature_stores_nothing()
    {
        Site.MayWarn = true;
        using HttpResponseMessage refused = await Site.PostAsync(
            DemoSite.Message("+447700900332", "forged", "forged-1"),
            secret: "guessed"
        );
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using HttpResponseMessage found = await Site.GetAsync("/api/contacts?number=%2B447700900332", "Owner");
        Assert.Equal(HttpStatusCode.NotFound, found.StatusCode);
    }

    [Fact]
    public async Task A_client_that_asks_too_often_is_slowed_down_and_others_are_not()
    {
        // A limit applies to a member. No other test calls the API as the admin.
        using HttpClient client = new() { BaseAddress = Site.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            await Site.TokenAsync("Admin")
        );
        HttpStatusCode status = HttpStatusCode.OK;
        for (int i = 0; i < 700 && status is HttpStatusCode.OK; i++)
        {
            using HttpResponseMessage response = await client.GetAsync("/api/contacts?number=1", Cancellation);
            status = response.StatusCode is HttpStatusCode.NotFound ? HttpStatusCode.OK : response.StatusCode;
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        using HttpResponseMessage other = await Site.GetAsync("/api/sources", "Viewer");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public void The_host_needs_at_most_60_lines_of_code_and_two_namespaces_beyond_the_root()
    {
        string[] lines =
        [
            .. File.ReadAllLines(Path.Combine(Repository.Root, "samples/TenantApi/Api/TenantApi.cs"))
                .Select(line => line.Trim()),
        ];
        Assert.InRange(
            lines.Count(line =>
                line.Length > 0
                && line is not ("{" or "}")
                && !line.StartsWith("//", StringComparison.Ordinal)
                && !line.StartsWith("using ", StringComparison.Ordinal)
                && !line.StartsWith("namespace ", StringComparison.Ordinal)
            ),
            20,
            60
        );
        Assert.InRange(lines.Count(line => line.StartsWith("using CallIntel.Sdk.", StringComparison.Ordinal)), 0, 2);
    }

    async Task<JsonElement> ReadAsync(string path, string role)
    {
        using HttpResponseMessage response = await Site.GetAsync(path, role);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }
}
