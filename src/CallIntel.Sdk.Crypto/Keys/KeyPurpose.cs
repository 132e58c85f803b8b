using System.Buffers;
using System.Text;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>What a data key is for. Part of the key's id and of the wrapping, so that a key cannot be passed off for another purpose.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public readonly record struct KeyPurpose
{
    /// <summary>The greatest length of a purpose, in characters: 64.</summary>
    public const int MaxLength = 64;

    /// <summary>No key may encrypt more often than this under random nonces, whatever its purpose: 2^32 (NIST SP 800-38D, section 8.3).</summary>
    public const long AbsoluteUsageCap = 1L << 32;

    /// <summary>How often a scope key may encrypt before it is replaced: 2^28.</summary>
    public const long ScopeUsageCap = 1L << 28;

    private const string ScopePrefix = "scope/";

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789/_.-"
    );

    private readonly string? _value;

    private KeyPurpose(string value) => _value = value;

    /// <summary>Keys of one person each: what they say and who they are. Destroying one erases that person.</summary>
    public static KeyPurpose Person { get; } = new("person");

    /// <summary>The stored form: lower-case ASCII letters, digits and <c>/ _ . -</c>.</summary>
    /// <exception cref="InvalidOperationException">This is the default value, which is no purpose.</exception>
    public string Value => _value ?? throw new InvalidOperationException("The default KeyPurpose is no purpose.");

    /// <summary>How often a key of this purpose may encrypt: 2^28 for scopes, 2^32 for persons.</summary>
    public long UsageCap => Value.StartsWith(ScopePrefix, StringComparison.Ordinal) ? ScopeUsageCap : AbsoluteUsageCap;

    /// <summary>Keys for data that belongs to no single person, for example the raw text of rejected records.</summary>
    /// <param name="name">The data class, for example <c>rejects</c>.</param>
    /// <returns>The purpose <c>scope/name</c>.</returns>
    /// <exception cref="ArgumentException">The name is empty, too long or has other characters.</exception>
    public static KeyPurpose Scope(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Parse(ScopePrefix + name);
    }

    /// <summary>Reads the stored form.</summary>
    /// <param name="value">The stored form.</param>
    /// <returns>The purpose.</returns>
    /// <exception cref="ArgumentException">It is empty, longer than <see cref="MaxLength"/> or has other characters.</exception>
    public static KeyPurpose Parse(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        if (value.Length > MaxLength || value.AsSpan().ContainsAnyExcept(Allowed))
            throw new ArgumentException(
                "A key purpose has 1 to 64 characters of a-z, 0-9, '/', '_', '.' and '-'.",
                nameof(value)
            );

        return new KeyPurpose(value);
    }

    /// <summary>The stored form.</summary>
    /// <returns>The stored form, or an empty string for the default value.</returns>
    public override string ToString() => _value ?? string.Empty;

    internal int WriteUtf8(Span<byte> destination) => Encoding.ASCII.GetBytes(Value, destination);
}
