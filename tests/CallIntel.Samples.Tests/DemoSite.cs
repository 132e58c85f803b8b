using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace CallIntel.Samples.Tests;

/// <summary>The sample as its users start it: a process, with a database of its own on the tests' server.</summary>
sealed class DemoSite : IAsyncDisposable
{
    readonly Process _process;
    readonly string _webhookSecret;
    readonly Task<string> _log;

    DemoSite(Process process, IReadOnlyList<string> output)
    {
        _process = process;
        Output = output;
        _log = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        string[] webhook = output.Single(line => line.StartsWith("Webhook:", StringComparison.Ordinal)).Split(' ');
        Hook = new Uri(webhook[2].TrimEnd(','));
        Address = new Uri(Hook.GetLeftPart(UriPartial.Authority));
        _webhookSecret = webhook[^1];
        DatabaseName = new NpgsqlConnectionStringBuilder(
            output.Single(line => line.StartsWith("Database:", StringComparison.Ordinal))["Database:".Length..]
        ).Database!;
        Client = new HttpClient { BaseAddress = Address };
    }

    internal Uri Address { get; }

    internal Uri Hook { get; }

    /// <summary>The database of the sample.</summary>
    internal string DatabaseName { get; }

    /// <summary>Whether a test gives the sample a reason to log warnings.</summary>
    internal bool MayWarn { get; set; }

    /// <summary>What the sample prints when it starts.</summary>
    internal IReadOnlyList<string> Output { get; }

    internal HttpClient Client { get; }

    /// <param name="command">What <c>dotnet</c> runs.</param>
    /// <param name="postgres">The server to use; null lets the sample start one.</param>
    internal static async Task<DemoSite> StartAsync(string[] command, string? postgres)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        ProcessStartInfo start = new("dotnet", [.. command, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (postgres is not null)
            start.Environment["CALLINTEL_POSTGRES"] = postgres;
        Process process = Process.Start(start)!;
        List<string> output = [];
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            output.Add(line);
            if (!line.StartsWith("Ctrl-C", StringComparison.Ordinal))
                continue;
            return new DemoSite(process, output);
        }
        throw new InvalidOperationException($"The sample did not start: {await errors}");
    }

    /// <summary>Sends records to the webhook, signed as a provider signs them.</summary>
    internal async Task<HttpResponseMessage> PostAsync(string json, string? secret = null)
    {
        string time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = Encoding.UTF8.GetBytes($"{time}.{json}");
        using HttpRequestMessage request = new(HttpMethod.Post, Hook)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-timestamp", time);
        request.Headers.Add(
            "x-signature",
            Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret ?? _webhookSecret), signed))
        );
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A message that arrives now.</summary>
    internal static string Message(string number, string text, string id) =>
        $$"""
            [{"occurredAt":"{{TimeProvider.System.GetUtcNow():O}}","channel":"Sms","direction":"Inbound",
              "outcome":"Completed","party":"{{number}}","externalId":"{{id}}","body":"{{text}}"}]
            """;

    /// <summary>Calls the API as a member of the demo.</summary>
    internal async Task<HttpResponseMessage> GetAsync(string path, string role, string? purpose = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(role));
        if (purpose is not null)
            request.Headers.Add("x-purpose", purpose);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal async Task<string> TokenAsync(string role) =>
        await Client.GetStringAsync($"/demo/token?role={role}", TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        // The sample logs warnings and errors only.
        string log = await _log;
        Assert.True(log.Length == 0 || (MayWarn && !log.Contains("fail:", StringComparison.Ordinal)), log);
    }
}
