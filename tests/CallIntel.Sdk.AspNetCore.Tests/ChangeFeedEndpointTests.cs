using System.Net;
using System.Net.ServerSentEvents;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.AspNetCore.Tests;

public sealed class ChangeFeedEndpointTests(WebHost host)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_receives_changes_and_continues_after_the_last_one_that_it_received()
    {
        using HttpClient client = host.CreateClient(OrgRole.Analyst);
        string first;
        using (HttpResponseMessage response = await OpenAsync(client, null))
        {
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            await host.StoreAsync("+4532200001", "live 1");
            first = (await NextAsync(response)).EventId!;
        }
        // While nobody listens.
        await host.StoreAsync("+4532200002", "live 2");
        using HttpResponseMessage again = await OpenAsync(client, first);
        SseItem<string> next = await NextAsync(again);
        Assert.NotEqual(first, next.EventId);
        Assert.Contains("\"from\":\"2026-01-20T12:00:00", next.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_have_a_status_because_they_are_found_before_the_stream_begins()
    {
        using HttpClient nobody = host.CreateClient(),
            stranger = host.CreateClient(host.Org.Id, host.OtherOrg.Members[OrgRole.Owner]),
            analyst = host.CreateClient(OrgRole.Analyst);
        Assert.Equal(HttpStatusCode.Unauthorized, (await OpenAsync(nobody, null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await OpenAsync(stranger, null)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await OpenAsync(analyst, "no cursor")).StatusCode);
    }

    static async Task<HttpResponseMessage> OpenAsync(HttpClient client, string? lastEventId)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/changes");
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    /// <summary>The next event about inserted events; other tests change other things.</summary>
    static async Task<SseItem<string>> NextAsync(HttpResponseMessage response)
    {
        Stream stream = await response.Content.ReadAsStreamAsync(Cancellation);
        return await SseParser
            .Create(stream)
            .EnumerateAsync(Cancellation)
            .FirstAsync(item => item.EventType == "inserted", Cancellation);
    }
}
