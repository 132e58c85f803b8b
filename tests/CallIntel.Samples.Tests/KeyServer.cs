using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CallIntel.Samples.Tests;

/// <summary>An identity provider: a key that signs access tokens, and its JWKS document.</summary>
sealed class KeyServer : IAsyncDisposable
{
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly HttpListener _listener = new();
    readonly Task _served;

    KeyServer()
    {
        string address = $"http://127.0.0.1:{FreePort()}/";
        _listener.Prefixes.Add(address);
        _listener.Start();
        _served = ServeAsync();
        Document = new Uri($"{address}jwks.json");
    }

    internal static KeyServer Start() => new();

    /// <summary>The address of the JWKS document.</summary>
    internal Uri Document { get; }

    /// <summary>The JWKS document.</summary>
    internal string KeySet()
    {
        ECParameters parameters = _key.ExportParameters(false);
        return JsonSerializer.Serialize(
            new
            {
                keys = new[]
                {
                    new
                    {
                        kty = "EC",
                        crv = "P-256",
                        kid = "one",
                        alg = "ES256",
                        use = "sig",
                        x = Encode(parameters.Q.X!),
                        y = Encode(parameters.Q.Y!),
                    },
                },
            }
        );
    }

    internal byte[] Sign(string signed) => _key.SignData(Encoding.UTF8.GetBytes(signed), HashAlgorithmName.SHA256);

    async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext http = await _listener.GetContextAsync();
                http.Response.ContentType = "application/json";
                await http.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(KeySet()));
                http.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The tests have ended.
        }
    }

    static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _served;
        ((IDisposable)_listener).Dispose();
        _key.Dispose();
    }
}
