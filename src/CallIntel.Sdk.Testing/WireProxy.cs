using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>A TCP proxy that counts the round trips between a client and a PostgreSQL server.</summary>
/// <remarks>
/// A round trip begins when the client sends data after the server has answered. The count is exact for one connection,
/// so <see cref="ConnectionString"/> limits the pool to one. Thread-safe.
/// </remarks>
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

    /// <summary>Gets the connection string to the server through the proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>Gets the number of round trips so far, including those of opening connections.</summary>
    public int RoundTrips => Volatile.Read(ref _roundTrips);

    /// <summary>Starts a proxy on a free port of the loopback interface.</summary>
    /// <param name="connectionString">The connection string to the server.</param>
    /// <param name="rewrite">
    /// Changes data that the server sends, to simulate a server that is not available for tests. Null for no changes.
    /// </param>
    /// <returns>The proxy. The caller disposes it.</returns>
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
            // the proxy was disposed
        }
    }

    async Task RelayAsync(TcpClient client)
    {
        using TcpClient server = new() { NoDelay = true };
        client.NoDelay = true;
        using (client)
        {
            await server.ConnectAsync(_host, _port).ConfigureAwait(false);
            bool serverSentLast = true;
            Task up = PumpAsync(client.GetStream(), server.GetStream(), bytes =>
            {
                if (serverSentLast)
                    Interlocked.Increment(ref _roundTrips);
                serverSentLast = false;
                return bytes;
            });
            Task down = PumpAsync(server.GetStream(), client.GetStream(), bytes =>
            {
                serverSentLast = true;
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
            // one side closed the connection
        }
    }
}
