using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Says how the keys inside a key-ring file are encrypted, in addition to the file's mode 0600.</summary>
/// <remarks>Immutable and thread-safe. An instance keeps its passphrase in memory.</remarks>
public sealed class KeyRingProtection
{
    /// <summary>
    /// The PBKDF2-HMAC-SHA-256 iterations of new key rings, and the fewest that are accepted (OWASP, 2023).
    /// </summary>
    internal const int MinIterations = 600_000;

    /// <summary>The most iterations that are accepted, so that a manipulated file cannot block the process.</summary>
    internal const int MaxIterations = 10_000_000;

    internal const string PassphraseKind = "passphrase";
    internal const string EnvironmentKind = "environment-key";
    internal const string NoneKind = "none";

    readonly string? _passphrase;
    readonly string? _variable;
    readonly Func<string, string?> _read;

    KeyRingProtection(string kind, string? passphrase, string? variable, Func<string, string?> read)
    {
        Kind = kind;
        _passphrase = passphrase;
        _variable = variable;
        _read = read;
    }

    /// <summary>
    /// Gets the protection that leaves the keys unencrypted: only the file's mode protects them. For development.
    /// </summary>
    public static KeyRingProtection FileModeOnly { get; } = new(NoneKind, null, null, _ => null);

    /// <summary>The kind of protection, as written in the file.</summary>
    internal string Kind { get; }

    /// <summary>Encrypts the keys under a passphrase, by PBKDF2-HMAC-SHA-256 with 600 000 iterations.</summary>
    /// <param name="passphrase">The passphrase. Must not be empty.</param>
    /// <returns>The protection.</returns>
    /// <exception cref="ArgumentException">The passphrase is empty.</exception>
    public static KeyRingProtection Passphrase(string passphrase)
    {
        ArgumentException.ThrowIfNullOrEmpty(passphrase);
        return new KeyRingProtection(PassphraseKind, passphrase, null, _ => null);
    }

    /// <summary>Encrypts the keys under 32 bytes from an environment variable, in Base64 or hexadecimal.</summary>
    /// <param name="variable">The name of the variable. It is read each time a key ring is opened or changed.</param>
    /// <returns>The protection.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static KeyRingProtection EnvironmentKey(string variable) =>
        EnvironmentKey(variable, Environment.GetEnvironmentVariable);

    /// <summary>Returns the kind of protection, for logs. Never contains the secret.</summary>
    /// <returns>The kind of protection.</returns>
    public override string ToString() => Kind;

    internal static KeyRingProtection EnvironmentKey(string variable, Func<string, string?> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(variable);
        return new KeyRingProtection(EnvironmentKind, null, variable, read);
    }

    /// <summary>Derives the key that encrypts the keys of one file; null if they are not encrypted.</summary>
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
