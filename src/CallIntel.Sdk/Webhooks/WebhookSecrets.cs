using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Webhooks;

/// <summary>The secrets that may have signed: one, or during a rotation several.</summary>
sealed class WebhookSecrets
{
    readonly byte[][] _secrets;

    internal WebhookSecrets(IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        string[] given = [.. secrets];
        if (given.Length == 0 || Array.Exists(given, string.IsNullOrWhiteSpace))
            throw Invalid("There is no secret for the signatures of a webhook, or an empty one: anybody could sign.");
        _secrets = Array.ConvertAll(given, Encoding.UTF8.GetBytes);
    }

    /// <summary>
    /// Whether a secret makes this signature; takes as long whichever it is, and wherever the first wrong byte stands.
    /// </summary>
    internal bool Signed(
        HashAlgorithmName algorithm,
        ReadOnlySpan<byte> prefix,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> signature
    )
    {
        bool signed = false;
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (byte[] secret in _secrets)
        {
            using IncrementalHash hash = IncrementalHash.CreateHMAC(algorithm, secret);
            hash.AppendData(prefix);
            hash.AppendData(message);
            int length = hash.GetHashAndReset(expected);
            signed |= CryptographicOperations.FixedTimeEquals(expected[..length], signature);
        }
        return signed;
    }

    internal static CallIntelException Invalid(string problem) =>
        new(ErrorCodes.InvalidWebhookOptions, problem, "Correct it.");
}
