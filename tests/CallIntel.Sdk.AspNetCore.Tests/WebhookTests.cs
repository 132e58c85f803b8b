using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace CallIntel.Sdk.AspNetCore.Tests;

public sealed class WebhookTests(WebHost host)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signed_request_reaches_the_endpoint_with_its_body_and_only_once()
    {
        (HttpStatusCode status, string body) = await SendAsync("""{"id":1}""");
        Assert.Equal((HttpStatusCode.OK, """{"id":1}"""), (status, body));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync("""{"id":1}""")).Status);
    }

    [Fact]
    public async Task Requests_without_a_valid_signature_are_refused_without_a_reason()
    {
        foreach (string? signature in new[] { null, "", "00", new string('0', 64) })
            Assert.Equal((HttpStatusCode.Forbidden, ""), await SendAsync("{}", signature: signature));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync("{}", secret: "wrong")).Status);
    }

    [Fact]
    public async Task A_request_that_the_endpoint_failed_to_process_is_accepted_again()
    {
        host.FailingWebhooks = 1;
        Assert.Equal(HttpStatusCode.InternalServerError, (await SendAsync("again")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("again")).Status);
    }

    [Fact]
    public async Task A_secret_alone_is_enough_for_a_provider_that_signs_time_and_body()
    {
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("plain", path: "/plain")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync("plain", path: "/plain")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync("other", "wrong", path: "/plain")).Status);
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_refused_before_it_is_read_to_its_end()
    {
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await SendAsync(new string('x', 1001))).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await TwilioAsync(new string('x', 1001), "token")).Status);
    }

    [Fact]
    public async Task A_form_that_Twilio_signed_reaches_the_endpoint()
    {
        Assert.Equal((HttpStatusCode.OK, "hello"), await TwilioAsync("hello", "token"));
        Assert.Equal((HttpStatusCode.Forbidden, ""), await TwilioAsync("hello", "wrong"));
    }

    async Task<(HttpStatusCode Status, string Body)> SendAsync(
        string body,
        string secret = "secret",
        string? signature = "sign",
        string path = "/webhook"
    )
    {
        // One time for all, so that a request can be repeated.
        string time = Started;
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body) };
        request.Headers.Add("x-time", time);
        if (signature == "sign")
            signature = Convert.ToHexStringLower(
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"))
            );
        if (signature is not null)
            request.Headers.TryAddWithoutValidation("x-signature", signature);
        return await SendAsync(request);
    }

    async Task<(HttpStatusCode Status, string Body)> TwilioAsync(string body, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/twilio?a=1")
        {
            Content = new FormUrlEncodedContent([new("To", "+4532123456"), new("Body", body)]),
        };
#pragma warning disable CA5350 // Twilio's choice
        byte[] signature = HMACSHA1.HashData(
            Encoding.UTF8.GetBytes(token),
            Encoding.UTF8.GetBytes($"{WebHost.TwilioUrl}?a=1Body{body}To+4532123456")
        );
#pragma warning restore CA5350
        request.Headers.Add("X-Twilio-Signature", Convert.ToBase64String(signature));
        return await SendAsync(request);
    }

    async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpRequestMessage request)
    {
        using HttpClient client = host.CreateClient();
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    static readonly string Started = TimeProvider
        .System.GetUtcNow()
        .ToUnixTimeSeconds()
        .ToString(CultureInfo.InvariantCulture);
}
