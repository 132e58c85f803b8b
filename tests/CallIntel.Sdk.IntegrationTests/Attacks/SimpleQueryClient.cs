using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Attacks;

/// <summary>
/// A client of the simple query protocol of PostgreSQL. It sends several statements in one message, which libpq
/// supports and Npgsql does not. Logs in with SCRAM-SHA-256, without TLS.
/// </summary>
sealed class SimpleQueryClient : IDisposable
{
    readonly TcpClient _client = new();
    readonly NetworkStream _stream;

    SimpleQueryClient(string host, int port)
    {
        _client.Connect(host, port);
        _stream = _client.GetStream();
    }

    internal static async Task<SimpleQueryClient> ConnectAsync(
        string connectionString,
        CancellationToken cancellationToken
    )
    {
        NpgsqlConnectionStringBuilder server = new(connectionString);
        SimpleQueryClient client = new(server.Host!, server.Port);
        byte[] names = Encoding.UTF8.GetBytes($"user\0{server.Username}\0database\0{server.Database}\0\0");
        byte[] start = new byte[8 + names.Length];
        BinaryPrimitives.WriteInt32BigEndian(start, start.Length);
        BinaryPrimitives.WriteInt32BigEndian(start.AsSpan(4), 196608);
        names.CopyTo(start, 8);
        await client._stream.WriteAsync(start, cancellationToken);
        await client.LogInAsync(server.Password!, cancellationToken);
        return client;
    }

    /// <summary>Sends statements in one message.</summary>
    /// <returns>The rows of all statements, and the SQLSTATE of the error. Null if there was none.</returns>
    internal async Task<(IReadOnlyList<string> Rows, string? Error)> SendAsync(
        string statements,
        CancellationToken cancellationToken
    )
    {
        await WriteAsync('Q', Encoding.UTF8.GetBytes(statements + "\0"), cancellationToken);
        List<string> rows = [];
        string? error = null;
        while (true)
        {
            (char type, byte[] body) = await ReadAsync(cancellationToken);
            switch (type)
            {
                case 'Z':
                    return (rows, error);
                case 'D':
                    rows.Add(Row(body));
                    break;
                case 'E':
                    error = State(body);
                    break;
            }
        }
    }

    public void Dispose() => _client.Dispose();

    async Task LogInAsync(string password, CancellationToken cancellationToken)
    {
        string nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18)),
            first = $"n=,r={nonce}",
            serverFirst = "";
        while (true)
        {
            (char type, byte[] body) = await ReadAsync(cancellationToken);
            switch (type)
            {
                case 'Z':
                    return;
                case 'E':
                    throw new InvalidOperationException($"The server refused the login: {State(body)}.");
                case 'R' when Kind(body) == 10:
                    byte[] hello = Encoding.UTF8.GetBytes("n,," + first);
                    await WriteAsync(
                        'p',
                        [.. "SCRAM-SHA-256\0"u8, .. Number(hello.Length), .. hello],
                        cancellationToken
                    );
                    break;
                case 'R' when Kind(body) == 11:
                    serverFirst = Encoding.UTF8.GetString(body.AsSpan(4));
                    await WriteAsync(
                        'p',
                        Encoding.UTF8.GetBytes(Proof(password, first, serverFirst)),
                        cancellationToken
                    );
                    break;
            }
        }
    }

    /// <summary>Returns the client-final-message of RFC 5802.</summary>
    static string Proof(string password, string clientFirst, string serverFirst)
    {
        Dictionary<char, string> parts = serverFirst.Split(',').ToDictionary(part => part[0], part => part[2..]);
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            password,
            Convert.FromBase64String(parts['s']),
            int.Parse(parts['i']),
            HashAlgorithmName.SHA256,
            32
        );
        byte[] clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        string final = $"c=biws,r={parts['r']}";
        byte[] signature = HMACSHA256.HashData(
            SHA256.HashData(clientKey),
            Encoding.UTF8.GetBytes($"{clientFirst},{serverFirst},{final}")
        );
        return $"{final},p={Convert.ToBase64String([.. clientKey.Zip(signature, (a, b) => (byte)(a ^ b))])}";
    }

    async Task WriteAsync(char type, byte[] body, CancellationToken cancellationToken) =>
        await _stream.WriteAsync((byte[])[(byte)type, .. Number(body.Length + 4), .. body], cancellationToken);

    async Task<(char Type, byte[] Body)> ReadAsync(CancellationToken cancellationToken)
    {
        byte[] head = new byte[5];
        await _stream.ReadExactlyAsync(head, cancellationToken);
        byte[] body = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4];
        await _stream.ReadExactlyAsync(body, cancellationToken);
        return ((char)head[0], body);
    }

    static string Row(byte[] body)
    {
        List<string> values = [];
        for (int at = 2; at < body.Length; )
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at));
            at += 4;
            values.Add(length < 0 ? "" : Encoding.UTF8.GetString(body, at, length));
            at += Math.Max(0, length);
        }
        return string.Join('|', values);
    }

    static string State(byte[] body) =>
        Encoding.UTF8.GetString(body).Split('\0').First(field => field.StartsWith('C'))[1..];

    static int Kind(byte[] body) => BinaryPrimitives.ReadInt32BigEndian(body);

    static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
