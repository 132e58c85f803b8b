using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// Stage 1 of the session context: a fixed layout, signed, alive for seconds, sent as a bind parameter only.
/// </summary>
/// <remarks>
/// key id 1 | HMAC-SHA-256 32 | claims. The claims are the text of the row type
/// <c>callintel_private.session_claims</c>, <c>(org,member,purpose,expiry,capabilities,nonce)</c>, which the database
/// reads with one cast once the MAC over the domain text, the database's name and the claims is known to be right. No
/// algorithm field: nothing to confuse. The SQL side is <c>callintel.begin_session</c>.
/// </remarks>
static class SessionToken
{
    internal const string Domain = "callintel.token.v2|";

    /// <summary>The capability to create an org, which no session carries.</summary>
    internal const long CreateOrg = 1L << 40;

    /// <summary>The capability to accept an invitation, which no session carries either.</summary>
    internal const long AcceptInvitation = 1L << 41;

    const int ClaimsStart = 1 + HMACSHA256.HashSizeInBytes;
    const int MaxLength = ClaimsStart + 180;
    const int MaxDatabaseNameBytes = 63;

    internal static byte[] Mint(
        SigningKey key,
        string database,
        in OrgIdentity identity,
        long capabilities,
        DateTimeOffset expiry
    )
    {
        Span<byte> token = stackalloc byte[MaxLength];
        return token[..Write(token, key, database, identity, capabilities, expiry)].ToArray();
    }

    internal static int Write(
        Span<byte> token,
        SigningKey key,
        string database,
        in OrgIdentity identity,
        long capabilities,
        DateTimeOffset expiry
    )
    {
        Span<byte> nonce = stackalloc byte[12];
        RandomNumberGenerator.Fill(nonce);
        Span<char> hex = stackalloc char[24];
        Convert.TryToHexStringLower(nonce, hex, out _);
        if (
            !Utf8.TryWrite(
                token[ClaimsStart..],
                CultureInfo.InvariantCulture,
                $"({identity.Org.Value},{identity.Member.Value},{(short)identity.Purpose:00000},{expiry.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ},{capabilities},{hex})",
                out int claimsLength
            )
        )
            throw new InvalidOperationException("A session token is longer than it can be.");

        Span<byte> message = stackalloc byte[Domain.Length + MaxDatabaseNameBytes + MaxLength];
        int length = Encoding.UTF8.GetBytes(Domain, message);
        length += Encoding.UTF8.GetBytes(database, message[length..]);
        token.Slice(ClaimsStart, claimsLength).CopyTo(message[length..]);
        token[0] = key.Id;
        HMACSHA256.HashData(key.Bytes, message[..(length + claimsLength)], token[1..]);
        return ClaimsStart + claimsLength;
    }
}
