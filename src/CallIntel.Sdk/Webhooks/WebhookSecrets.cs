using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Webhooks;

/// <summary>The secrets of a webhook: one, or several during a rotation.</summary>
sealed class WebhookSecrets
{
    readonly byte[][] _secrets;

    internal WebhookSecrets(IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        string[] given = [.. secrets];
        if (given.Length == 0 || Array.Exists(given, string.IsNullOrWhiteSpace))
            throw Invalid("The webhook signature has no secret or an empty secret, so anyone could sign.");
        _secrets = Array.ConvertAll(given, Encoding.UTF8.GetBytes);
    }

    /// <summary>
    /// Whether one of the secrets created this signature. Takes the same time for each secret and wherever the first
    /// difference is.
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
