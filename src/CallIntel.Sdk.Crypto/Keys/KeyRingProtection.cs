using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>How the keys inside a key-ring file are protected, over and above the file's mode 0600.</summary>
/// <remarks>Immutable and thread-safe. Holds the passphrase for as long as it lives.</remarks>
public sealed class KeyRingProtection
{
    /// <summary>The PBKDF2-HMAC-SHA-256 iterations of new key rings: 600 000, which is also the fewest that are accepted (OWASP, 2023).</summary>
    public const int MinIterations = 600_000;

    /// <summary>The most iterations that are accepted, so that a crafted file cannot stall a start: 10 million.</summary>
    public const int MaxIterations = 10_000_000;

    internal const string PassphraseKind = "passphrase";
    internal const string EnvironmentKind = "environment-key";
    internal const string NoneKind = "none";

    private readonly string? _passphrase;
    private readonly string? _variable;
    private readonly Func<string, string?> _read;

    private KeyRingProtection(string kind, string? passphrase, string? variable, Func<string, string?> read)
    {
        Kind = kind;
        _passphrase = passphrase;
        _variable = variable;
        _read = read;
    }

    /// <summary>The keys lie in the file as they are; the file's mode is all that protects them. For development.</summary>
    public static KeyRingProtection FileModeOnly { get; } = new(NoneKind, null, null, _ => null);

    /// <summary>The kind, as it is written in the file.</summary>
    internal string Kind { get; }

    /// <summary>Protects the keys by a passphrase, stretched by PBKDF2-HMAC-SHA-256.</summary>
    /// <param name="passphrase">The passphrase. Not empty.</param>
    /// <returns>The protection.</returns>
    /// <exception cref="ArgumentException">The passphrase is empty.</exception>
    public static KeyRingProtection Passphrase(string passphrase)
    {
        ArgumentException.ThrowIfNullOrEmpty(passphrase);
        return new KeyRingProtection(PassphraseKind, passphrase, null, _ => null);
    }

    /// <summary>Protects the keys by 32 bytes in an environment variable, in Base64 or hexadecimal.</summary>
    /// <param name="variable">The name of the variable. It is read whenever a file is opened.</param>
    /// <returns>The protection.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static KeyRingProtection EnvironmentKey(string variable) =>
        EnvironmentKey(variable, Environment.GetEnvironmentVariable);

    /// <summary>The kind of protection. Never the secret.</summary>
    /// <returns>For logs.</returns>
    public override string ToString() => Kind;

    internal static KeyRingProtection EnvironmentKey(string variable, Func<string, string?> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(variable);
        return new KeyRingProtection(EnvironmentKind, null, variable, read);
    }

    /// <summary>Derives what protects the keys of one file; null when nothing does.</summary>
    internal SecretKey? DeriveKey(ReadOnlySpan<byte> salt, int iterations)
    {
        Span<byte> derived = stackalloc byte[SecretKey.Length];
        try
        {
            if (_passphrase is not null)
            {
                Rfc2898DeriveBytes.Pbkdf2(_passphrase, salt, derived, iterations, HashAlgorithmName.SHA256);
                return new SecretKey(derived);
            }

            if (_variable is null)
                return null;

            byte[] key = Keys.EnvironmentKey.Read(_variable, _read);
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt, "ci/ring/v1"u8);
            CryptographicOperations.ZeroMemory(key);
            return new SecretKey(derived);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }
}
