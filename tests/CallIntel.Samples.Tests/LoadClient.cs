using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Samples.Tests;

/// <summary>
/// A client that does what clients of an API do: it reads, stores, makes mistakes, hangs up, and repeats what was
/// answered with 503.
/// </summary>
sealed class LoadClient(Uri address, OrgId org) : IDisposable
{
    internal const string WebhookSecret = "the secret of the load test";

    /// <summary>A client gives up on a request after so many repetitions.</summary>
    const int MaxAttempts = 1_000;

    static readonly string[] Roles = ["Owner", "Admin", "Analyst", "Member", "Viewer"];

    readonly HttpClient _http = new() { BaseAddress = address };
    readonly Dictionary<string, string> _tokens = [];
    readonly ConcurrentQueue<string> _unexpected = new();
    string _event = "",
        _contact = "";
    int _sent,
        _repeated,
        _hungUp,
        _stored;

    /// <summary>Answers that nobody asked for.</summary>
    internal IReadOnlyCollection<string> Unexpected => _unexpected;

    /// <summary>How often a request was repeated, because the answer was 503.</summary>
    internal int Repeated => _repeated;

    /// <summary>How many requests the client canceled.</summary>
    internal int HungUp => _hungUp;

    /// <summary>How many records the webhook has accepted.</summary>
    internal int Stored => _stored;

    /// <summary>Gets tokens, and the ids that requests name.</summary>
    internal async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (string role in Roles)
            _tokens[role] = await _http.GetStringAsync($"/demo/token?role={role}", cancellationToken);
        using HttpRequestMessage request = Create(new Call("/api/events", "Analyst"), "", 0);
        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        JsonElement first = (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken))
            .GetProperty("events")
            .EnumerateArray()
            .First(e => e.GetProperty("contact").ValueKind is not JsonValueKind.Null);
        _event = first.GetProperty("id").GetString()!;
        _contact = first.GetProperty("contact").GetString()!;
    }

    /// <summary>Sends the request with this number. The same number is always the same request.</summary>
    internal async Task SendAsync(int number, CancellationToken cancellationToken)
    {
        Call call = Choose(number);
        string body = call.Stores
            ? DemoSite.Message($"+4477009004{number % 100:00}", $"message {number}", $"load-{number}")
            : "";
        // A provider signs each attempt anew, and a signature is accepted once.
        long first = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        if (number % 9 == 4)
            await HangUpAsync(call, body, first, isEarly: number % 2 == 0, cancellationToken);
        for (int attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            using HttpRequestMessage request = Create(call, body, first - attempt % 200);
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            Interlocked.Increment(ref _sent);
            if (response.StatusCode is HttpStatusCode.ServiceUnavailable)
            {
                Interlocked.Increment(ref _repeated);
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
                continue;
            }
            if (response.StatusCode != call.Expected)
                _unexpected.Enqueue(
                    $"{number}: {call} was answered with {(int)response.StatusCode} "
                        + await response.Content.ReadAsStringAsync(cancellationToken)
                );
            else if (call.Stores)
                Interlocked.Increment(ref _stored);
            return;
        }
        _unexpected.Enqueue($"{number}: {call} was answered with 503 {MaxAttempts} times");
    }

    /// <summary>Ends the connection before the answer, or in the middle of it.</summary>
    async Task HangUpAsync(Call call, string body, long time, bool isEarly, CancellationToken cancellationToken)
    {
        using CancellationTokenSource hangUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using HttpRequestMessage request = Create(call, body, time);
        Interlocked.Increment(ref _hungUp);
        try
        {
            Task<HttpResponseMessage> answer = _http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                hangUp.Token
            );
            if (isEarly)
                await hangUp.CancelAsync();
            (await answer).Dispose();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // This is what the client wanted.
        }
    }

    Call Choose(int number) =>
        (number % 20) switch
        {
            0 or 7 or 13 => new("/hooks", null, Stores: true),
            1 => new("/api/events", "Member"),
            2 => new($"/api/events/{_event}", "Analyst"),
            3 => new($"/api/contacts/{_contact}/events", "Owner"),
            4 => new("/api/search?text=refund", "Analyst"),
            5 => new("/api/search?text=refund", "Viewer", HttpStatusCode.Forbidden),
            6 => new("/api/questions?text=missed+calls+by+agent+in+the+last+30+days", "Analyst"),
            8 => new("/api/sources", "Viewer"),
            9 => new("/api/dashboards/volume?grain=week", "Viewer"),
            10 => new("/api/dashboards/leaderboard", "Admin"),
            11 => new("/api/dashboards/volume?grain=century", "Owner", HttpStatusCode.BadRequest),
            12 => new("/api/contacts?number=%2B447700900999", "Analyst", HttpStatusCode.NotFound),
            14 => new("/api/dashboards/answer-rate?compare=true", "Owner"),
            15 => new("/api/events", null, HttpStatusCode.Unauthorized),
            16 => new("/api/dashboards/calls-to-return", "Member"),
            17 => new("/api/dashboards/busiest-hours?timeZone=Europe/Nowhere", "Owner", HttpStatusCode.BadRequest),
            18 => new("/api/questions?text=what+is+the+weather+like", "Viewer"),
            _ => new("/sign-in", null),
        };

    HttpRequestMessage Create(Call call, string body, long time)
    {
        if (call.Stores)
        {
            HttpRequestMessage hook = new(HttpMethod.Post, $"/hooks/{org}")
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            hook.Headers.Add("x-timestamp", time.ToString(CultureInfo.InvariantCulture));
            byte[] signature = HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(WebhookSecret),
                Encoding.UTF8.GetBytes($"{time}.{body}")
            );
            hook.Headers.Add("x-signature", Convert.ToHexStringLower(signature));
            return hook;
        }
        HttpRequestMessage request = new(HttpMethod.Get, call.Path);
        if (call.Role is { } role)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _tokens[role]);
        return request;
    }

    /// <summary>The counts of a run.</summary>
    public override string ToString() =>
        $"{_sent} requests, {_hungUp} canceled, {_repeated} repeated after 503, {_stored} records stored, "
        + $"{_unexpected.Count} errors that nobody asked for";

    public void Dispose() => _http.Dispose();

    sealed record Call(string Path, string? Role, HttpStatusCode Expected = HttpStatusCode.OK, bool Stores = false);
}
