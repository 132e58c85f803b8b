using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// Stage 1 of the session context: a fixed binary layout, signed, alive for seconds, sent as a bind parameter only.
/// </summary>
/// <remarks>
/// version 1 | key id 1 | org 16 | member 16 | expiry in microseconds since 1970 8 | capabilities 8 | purpose 2 | nonce 12 | HMAC-SHA-256 32,
/// all big-endian. The MAC covers the domain text, the database's name and the first 64 bytes. No JSON and no algorithm field: nothing to confuse.
/// The SQL side is <c>callintel.begin</c>.
/// </remarks>
static class SessionToken
{
    internal const int Length = 96;
    internal const string Domain = "callintel.token.v1|";

    /// <summary>The capability to create an org, which no session carries.</summary>
    internal const long CreateOrg = 1L << 40;

    const int SignedLength = 64;
    const int MaxDatabaseNameBytes = 63;

    internal static byte[] Mint(SigningKey key, string database, in OrgIdentity identity, long capabilities, DateTimeOffset expiry)
    {
        byte[] token = GC.AllocateUninitializedArray<byte>(Length);
        Write(token, key, database, identity, capabilities, expiry);
        return token;
    }

    internal static void Write(Span<byte> token, SigningKey key, string database, in OrgIdentity identity, long capabilities, DateTimeOffset expiry)
    {
        token[0] = 1;
        token[1] = key.Id;
        identity.Org.Value.TryWriteBytes(token[2..], bigEndian: true, out _);
        identity.Member.Value.TryWriteBytes(token[18..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(token[34..], (expiry - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        BinaryPrimitives.WriteInt64BigEndian(token[42..], capabilities);
        BinaryPrimitives.WriteInt16BigEndian(token[50..], (short)identity.Purpose);
        RandomNumberGenerator.Fill(token[52..SignedLength]);

        Span<byte> message = stackalloc byte[Domain.Length + MaxDatabaseNameBytes + SignedLength];
        int length = Encoding.UTF8.GetBytes(Domain, message);
        length += Encoding.UTF8.GetBytes(database, message[length..]);
        token[..SignedLength].CopyTo(message[length..]);
        HMACSHA256.HashData(key.Bytes, message[..(length + SignedLength)], token[SignedLength..]);
    }

}
