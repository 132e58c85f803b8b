using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>A TCP proxy that counts round trips: how often the client spoke after the server had answered.</summary>
sealed class WireProxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stopped = new();
    readonly string _host;
    readonly int _port;
    readonly Func<byte[], byte[]> _rewrite;
    int _roundTrips;

    WireProxy(NpgsqlConnectionStringBuilder server, Func<byte[], byte[]> rewrite)
    {
        _host = server.Host!;
        _port = server.Port;
        _rewrite = rewrite;
        _listener.Start();
        server.Host = "127.0.0.1";
        server.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        server.MaxPoolSize = 1;
        ConnectionString = server.ConnectionString;
    }

    internal string ConnectionString { get; }

    internal int RoundTrips => Volatile.Read(ref _roundTrips);

    /// <param name="connectionString">The server behind.</param>
    /// <param name="rewrite">Changes what the server says, for servers one cannot have.</param>
    internal static Task<WireProxy> StartAsync(string connectionString, Func<byte[], byte[]>? rewrite = null)
    {
        WireProxy proxy = new(new NpgsqlConnectionStringBuilder(connectionString), rewrite ?? (bytes => bytes));
        _ = proxy.AcceptAsync();
        return Task.FromResult(proxy);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        _stopped.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptTcpClientAsync(_stopped.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    async Task RelayAsync(TcpClient client)
    {
        using TcpClient server = new() { NoDelay = true };
        client.NoDelay = true;
        using (client)
        {
            await server.ConnectAsync(_host, _port);
            bool serverSpokeLast = true;
            Task up = PumpAsync(client.GetStream(), server.GetStream(), bytes =>
            {
                if (serverSpokeLast)
                    Interlocked.Increment(ref _roundTrips);
                serverSpokeLast = false;
                return bytes;
            });
            Task down = PumpAsync(server.GetStream(), client.GetStream(), bytes =>
            {
                serverSpokeLast = true;
                return _rewrite(bytes);
            });
            await Task.WhenAny(up, down);
        }
    }

    static async Task PumpAsync(NetworkStream from, NetworkStream to, Func<byte[], byte[]> observe)
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and int read)
                await to.WriteAsync(observe(buffer[..read]));
        }
        catch (IOException)
        {
        }
    }
}
