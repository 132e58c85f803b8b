using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CallIntel.Samples.Tests;

/// <summary>Access tokens that are signed with a key of a JWKS document, and tokens that must be refused.</summary>
public sealed class TokenTests(SiteFixture fixture)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    DemoSite Site => fixture.Site;

    [Fact]
    public async Task Tokens_of_the_secret_and_of_the_key_set_are_accepted_and_all_others_are_refused()
    {
        string shared = await Site.TokenAsync("Viewer");
        Assert.Equal(HttpStatusCode.OK, await TryAsync(shared));
        string payload = shared.Split('.')[1];
        Assert.Equal(HttpStatusCode.OK, await TryAsync(SignEs256(payload)));

        // Another key, no signature, another audience, an expired token, and the public key as the secret of an HMAC.
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(SignEs256(payload, other)));
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync($"{Encode("""{"alg":"none"}""")}.{payload}."));
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(SignEs256(Change(payload, "aud", "anon"))));
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(SignEs256(Change(payload, "exp", 1_000_000_000))));
        string confused = $"{Encode("""{"alg":"HS256","kid":"one"}""")}.{payload}";
        byte[] mac = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(fixture.Keys.KeySet()),
            Encoding.UTF8.GetBytes(confused)
        );
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync($"{confused}.{Encode(mac)}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync("nonsense"));
        using HttpResponseMessage nobody = await Site.Client.GetAsync("/api/events", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    async Task<HttpStatusCode> TryAsync(string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/sources");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await Site.Client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    string SignEs256(string payload, ECDsa? key = null)
    {
        string signed = $"{Encode("""{"alg":"ES256","kid":"one"}""")}.{payload}";
        byte[] signature = key is null
            ? fixture.Keys.Sign(signed)
            : key.SignData(Encoding.UTF8.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Encode(signature)}";
    }

    static string Change<T>(string payload, string claim, T value)
    {
        Dictionary<string, object?> claims = JsonSerializer.Deserialize<Dictionary<string, object?>>(Decode(payload))!;
        claims[claim] = value;
        return Encode(JsonSerializer.SerializeToUtf8Bytes(claims));
    }

    static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    static byte[] Decode(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}
