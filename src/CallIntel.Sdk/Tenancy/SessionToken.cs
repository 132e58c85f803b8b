using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// Writes session tokens, the first stage of the session context. A token has a fixed layout, is signed, expires within
/// minutes and is sent only as a bind parameter.
/// </summary>
/// <remarks>
/// Layout: 1 byte key id, 32 bytes HMAC-SHA-256, claims. The claims are the text form of the row type
/// <c>callintel_private.session_claims</c>, <c>(org,member,purpose,expiry,capabilities,nonce)</c>. The database parses
/// them with one cast after it has verified the MAC over the domain text, the database name and the claims. There is no
/// algorithm field that an attacker could change. The SQL side is <c>callintel.begin_session</c>.
/// </remarks>
static class SessionToken
{
    internal const string Domain = "callintel.token.v2|";

    /// <summary>The capability to create an org. Sessions never have it.</summary>
    internal const long CreateOrg = 1L << 40;

    /// <summary>The capability to accept an invitation. Sessions never have it.</summary>
    internal const long AcceptInvitation = 1L << 41;

    const int ClaimsStart = 1 + HMACSHA256.HashSizeInBytes;
    const int MaxLength = ClaimsStart + 200;
    const int MaxDatabaseNameBytes = 63;

    internal static byte[] Mint(
        SigningKey key,
        string database,
        in OrgIdentity identity,
        long capabilities,
        DateTimeOffset expiry,
        long erasureHeight = 0
    )
    {
        Span<byte> token = stackalloc byte[MaxLength];
        return token[..Write(token, key, database, identity, capabilities, expiry, erasureHeight)].ToArray();
    }

    /// <summary>
    /// The request that a session serves: that of the identity, or else the trace id of the current activity.
    /// </summary>
    internal static Guid? RequestOf(in OrgIdentity identity)
    {
        if (identity.RequestId is { } request)
            return request;
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } activity)
            return null;
        Span<byte> bytes = stackalloc byte[16];
        activity.TraceId.CopyTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    internal static int Write(
        Span<byte> token,
        SigningKey key,
        string database,
        in OrgIdentity identity,
        long capabilities,
        DateTimeOffset expiry,
        long erasureHeight = 0
    )
    {
        // Twelve random bytes; or the id of the request and four random bytes.
        Span<byte> nonce = stackalloc byte[20];
        RandomNumberGenerator.Fill(nonce);
        nonce =
            RequestOf(identity) is { } request && request.TryWriteBytes(nonce, bigEndian: true, out _)
                ? nonce
                : nonce[..12];
        // The height of the ledger of erasures follows after a colon, if there is one.
        Span<char> hex = stackalloc char[40 + 20];
        Convert.TryToHexStringLower(nonce, hex, out int digits);
        if (erasureHeight > 0)
        {
            hex[digits++] = ':';
            erasureHeight.TryFormat(hex[digits..], out int written, default, CultureInfo.InvariantCulture);
            digits += written;
        }
        if (
            !Utf8.TryWrite(
                token[ClaimsStart..],
                CultureInfo.InvariantCulture,
                $"({identity.Org.Value},{identity.Member.Value},{(short)identity.Purpose:00000},"
                    + $"{expiry.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ},{capabilities},{hex[..digits]})",
                out int claimsLength
            )
        )
            throw new InvalidOperationException("The session token exceeds its maximum length.");

        Sign(token, key, Domain, database, claimsLength);
        return ClaimsStart + claimsLength;
    }

    /// <summary>Creates a token with other claims, for functions that verify them under another domain text.</summary>
    internal static byte[] Mint(SigningKey key, string domain, string database, ReadOnlySpan<byte> claims)
    {
        byte[] token = new byte[ClaimsStart + claims.Length];
        claims.CopyTo(token.AsSpan(ClaimsStart));
        Sign(token, key, domain, database, claims.Length);
        return token;
    }

    /// <summary>Writes the key id and the MAC before the claims.</summary>
    static void Sign(Span<byte> token, SigningKey key, string domain, string database, int claimsLength)
    {
        Span<byte> message = stackalloc byte[Domain.Length + MaxDatabaseNameBytes + MaxLength];
        int length = Encoding.UTF8.GetBytes(domain, message);
        length += Encoding.UTF8.GetBytes(database, message[length..]);
        token.Slice(ClaimsStart, claimsLength).CopyTo(message[length..]);
        token[0] = key.Id;
        HMACSHA256.HashData(key.Bytes, message[..(length + claimsLength)], token[1..]);
    }
}
