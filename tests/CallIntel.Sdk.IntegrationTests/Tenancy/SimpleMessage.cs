using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>
/// A connection that sends several statements in one message of the simple query protocol, which Npgsql never does.
/// </summary>
sealed class SimpleMessage : IAsyncDisposable
{
    readonly TcpClient _client = new();

    Stream Stream => _client.GetStream();

    internal static async Task<SimpleMessage> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder to = new(connectionString);
        SimpleMessage connection = new();
        await connection._client.ConnectAsync(to.Host!, to.Port, cancellationToken);
        byte[] protocol = [0, 3, 0, 0];
        await connection.WriteAsync(
            null,
            [.. protocol, .. Encoding.UTF8.GetBytes($"user\0{to.Username}\0database\0{to.Database}\0\0")],
            cancellationToken
        );
        await connection.AuthenticateAsync(to.Password!, cancellationToken);
        Assert.Null(await connection.ReadToReadyAsync(cancellationToken));
        return connection;
    }

    /// <returns>The SQLSTATE of the first error; null if there was none. A transaction that the message left open is
    /// rolled back.</returns>
    internal async Task<string?> SendAsync(string message, CancellationToken cancellationToken)
    {
        await WriteAsync('Q', [.. Encoding.UTF8.GetBytes(message), 0], cancellationToken);
        string? state = await ReadToReadyAsync(cancellationToken);
        await WriteAsync('Q', [.. "rollback"u8, 0], cancellationToken);
        await ReadToReadyAsync(cancellationToken);
        return state;
    }

    /// <summary>SCRAM-SHA-256 (RFC 5802, RFC 7677), without checking the server's proof.</summary>
    async Task AuthenticateAsync(string password, CancellationToken cancellationToken)
    {
        (char type, byte[] body) = await ReadAsync(cancellationToken);
        Assert.Equal(('R', 10), (type, BinaryPrimitives.ReadInt32BigEndian(body)));
        string first = $"n=,r={Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";
        byte[] initial = Encoding.UTF8.GetBytes("n,," + first),
            length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, initial.Length);
        await WriteAsync('p', [.. "SCRAM-SHA-256"u8, 0, .. length, .. initial], cancellationToken);
        (type, body) = await ReadAsync(cancellationToken);
        Assert.Equal(('R', 11), (type, BinaryPrimitives.ReadInt32BigEndian(body)));
        string challenge = Encoding.UTF8.GetString(body, 4, body.Length - 4);
        string[] fields = [.. challenge.Split(',').Select(field => field[2..])];
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            password,
            Convert.FromBase64String(fields[1]),
            int.Parse(fields[2], System.Globalization.CultureInfo.InvariantCulture),
            HashAlgorithmName.SHA256,
            32
        );
        byte[] key = HMACSHA256.HashData(salted, "Client Key"u8);
        string final = $"c=biws,r={fields[0]}";
        byte[] signature = HMACSHA256.HashData(
            SHA256.HashData(key),
            Encoding.UTF8.GetBytes($"{first},{challenge},{final}")
        );
        byte[] proof = [.. key.Zip(signature, (k, s) => (byte)(k ^ s))];
        await WriteAsync('p', Encoding.UTF8.GetBytes($"{final},p={Convert.ToBase64String(proof)}"), cancellationToken);
    }

    async Task<string?> ReadToReadyAsync(CancellationToken cancellationToken)
    {
        string? state = null;
        while (true)
        {
            (char type, byte[] body) = await ReadAsync(cancellationToken);
            if (type == 'E')
                state ??= Encoding.UTF8.GetString(body).Split('\0').Single(field => field is ['C', ..])[1..];
            else if (type == 'Z')
                return state;
        }
    }

    async Task WriteAsync(char? type, byte[] body, CancellationToken cancellationToken)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length + 4);
        await Stream.WriteAsync(
            type is { } t ? [(byte)t, .. length, .. body] : (byte[])[.. length, .. body],
            cancellationToken
        );
    }

    async Task<(char Type, byte[] Body)> ReadAsync(CancellationToken cancellationToken)
    {
        byte[] head = new byte[5];
        await Stream.ReadExactlyAsync(head, cancellationToken);
        byte[] body = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4];
        await Stream.ReadExactlyAsync(body, cancellationToken);
        return ((char)head[0], body);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
