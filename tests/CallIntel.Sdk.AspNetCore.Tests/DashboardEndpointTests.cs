using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.AspNetCore.Tests;

/// <summary>Tests the endpoints of the figures.</summary>
public sealed class DashboardEndpointTests(WebHost host)
{
    const string January = "from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("volume")]
    [InlineData("answer-rate")]
    [InlineData("busiest-hours")]
    [InlineData("leaderboard")]
    [InlineData("leaderboard?order=TalkTime")]
    [InlineData("members")]
    [InlineData("lines")]
    [InlineData("unanswered-calls")]
    [InlineData("calls-to-return")]
    [InlineData("response-times")]
    [InlineData("top-contacts?count=3")]
    [InlineData("threads")]
    [InlineData("contacts")]
    [InlineData("costs")]
    public async Task Every_figure_is_answered_without_parameters_and_with_a_range(string figure)
    {
        using HttpClient viewer = host.CreateClient(OrgRole.Viewer);
        JsonElement latest = await viewer.GetFromJsonAsync<JsonElement>($"/dashboards/{figure}", Cancellation);
        Assert.Equal(JsonValueKind.Array, latest.GetProperty("rows").ValueKind);
        string separator = figure.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        JsonElement january = await viewer.GetFromJsonAsync<JsonElement>(
            $"/dashboards/{figure}{separator}{January}&compare=true",
            Cancellation
        );
        // Lists of what is open now have no period before.
        Assert.Equal(
            figure is "calls-to-return" or "threads" ? JsonValueKind.Null : JsonValueKind.Object,
            january.GetProperty("previous").ValueKind
        );
    }

    [Fact]
    public async Task Range_grain_zone_and_filters_reach_the_figure()
    {
        ContactId contact = await host.StoreAsync("+4532100050", "dashboard");
        using HttpClient analyst = host.CreateClient(OrgRole.Analyst);
        async Task<JsonElement> VolumeAsync(string query) =>
            (
                await analyst.GetFromJsonAsync<JsonElement>(
                    $"/dashboards/volume?contact={contact}&{query}",
                    Cancellation
                )
            ).GetProperty("rows");

        JsonElement day = Assert.Single((await VolumeAsync(January)).EnumerateArray());
        Assert.Equal(1, day.GetProperty("events").GetInt64());
        Assert.Equal(new DateTimeOffset(2026, 1, 20, 0, 0, 0, default), day.GetProperty("start").GetDateTimeOffset());

        JsonElement hour = Assert.Single(
            (await VolumeAsync($"{January}&grain=hour&timeZone=Asia/Kathmandu")).EnumerateArray()
        );
        Assert.Equal(
            new DateTimeOffset(2026, 1, 20, 11, 15, 0, default),
            hour.GetProperty("start").GetDateTimeOffset().ToUniversalTime()
        );
        Assert.Empty((await VolumeAsync($"{January}&channel=Call")).EnumerateArray());
        Assert.Empty((await VolumeAsync($"{January}&direction=Inbound")).EnumerateArray());
        Assert.Empty((await VolumeAsync("from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z")).EnumerateArray());
    }

    [Theory]
    [InlineData("grain=fortnight")]
    [InlineData("from=yesterday")]
    [InlineData("channel=Pigeon")]
    [InlineData("contact=nobody")]
    [InlineData("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z")]
    [InlineData("timeZone=Europe/Nowhere")]
    public async Task Parameters_that_are_no_values_are_bad_requests(string query)
    {
        using HttpClient viewer = host.CreateClient(OrgRole.Viewer);
        using HttpResponseMessage response = await viewer.GetAsync($"/dashboards/volume?{query}", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Strangers_and_requests_without_an_identity_get_no_figure()
    {
        using HttpClient nobody = host.CreateClient();
        using HttpClient stranger = host.CreateClient(host.Org.Id, host.OtherOrg.Members[OrgRole.Owner]);
        using HttpResponseMessage anonymous = await nobody.GetAsync("/dashboards/volume", Cancellation),
            foreign = await stranger.GetAsync("/dashboards/volume", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
    }
}
