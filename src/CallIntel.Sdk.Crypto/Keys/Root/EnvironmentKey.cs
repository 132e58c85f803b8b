using System.Buffers;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Reads 32 bytes from an environment variable, in Base64 or hexadecimal.</summary>
static class EnvironmentKey
{
    const string Remedy = "Set it to 32 random bytes in Base64, for example from 'openssl rand -base64 32'.";

    internal static byte[] Read(string variable, Func<string, string?> read)
    {
        string? value = read(variable)?.Trim();
        if (string.IsNullOrEmpty(value))
        {
            throw new CallIntelException(
                CryptoErrorCodes.RootKeyEnvironmentMissing,
                $"The environment variable '{variable}' is not set.",
                Remedy
            );
        }

        return Parse(variable, value);
    }

    internal static byte[] Parse(string variable, string value)
    {
        byte[] key = new byte[SecretKey.Length];
        bool parsed =
            value.Length == 2 * SecretKey.Length
                ? Convert.FromHexString(value, key, out _, out int written) == OperationStatus.Done
                    && written == key.Length
                : Convert.TryFromBase64String(value, key, out written) && written == key.Length;
        if (!parsed)
        {
            throw new CallIntelException(
                CryptoErrorCodes.RootKeyEnvironmentMalformed,
                $"The environment variable '{variable}' does not hold 32 bytes in Base64 or hexadecimal.",
                Remedy
            );
        }

        if (!key.AsSpan().ContainsAnyExcept(key[0]))
        {
            throw new CallIntelException(
                CryptoErrorCodes.RootKeyWeak,
                $"The environment variable '{variable}' holds the same byte 32 times, which is not a secret key.",
                Remedy
            );
        }

        return key;
    }
}
