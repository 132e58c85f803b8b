using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>A TCP proxy before a server that counts round trips: how often a client spoke after the server had answered.</summary>
/// <remarks>Counts are exact for one connection; <see cref="ConnectionString"/> allows one.</remarks>
public sealed class WireProxy : IAsyncDisposable
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

    /// <summary>The connection string through this proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>Round trips so far, those of connecting included.</summary>
    public int RoundTrips => Volatile.Read(ref _roundTrips);

    /// <summary>Starts a proxy on a free port of the loopback interface.</summary>
    /// <param name="connectionString">The server behind it.</param>
    /// <param name="rewrite">Changes what the server says, to test against servers one cannot have. Default: nothing is changed.</param>
    public static WireProxy Start(string connectionString, Func<byte[], byte[]>? rewrite = null)
    {
        WireProxy proxy = new(new NpgsqlConnectionStringBuilder(connectionString), rewrite ?? (bytes => bytes));
        _ = proxy.AcceptAsync();
        return proxy;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        _stopped.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptTcpClientAsync(_stopped.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the end of the proxy
        }
    }

    async Task RelayAsync(TcpClient client)
    {
        using TcpClient server = new() { NoDelay = true };
        client.NoDelay = true;
        using (client)
        {
            await server.ConnectAsync(_host, _port).ConfigureAwait(false);
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
            await Task.WhenAny(up, down).ConfigureAwait(false);
        }
    }

    static async Task PumpAsync(NetworkStream from, NetworkStream to, Func<byte[], byte[]> observe)
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            while (await from.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int read)
                await to.WriteAsync(observe(buffer[..read])).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // either side hung up
        }
    }
}
