using System.Buffers;
using System.Text;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The purpose of a data key. The key's id and its wrapping include it, so a key cannot be used for another purpose.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
public readonly record struct KeyPurpose
{
    /// <summary>The maximum length of a purpose in characters: 64.</summary>
    public const int MaxLength = 64;

    /// <summary>The limit of NIST SP 800-38D, section 8.3, for random nonces under one key.</summary>
    const long AbsoluteUsageCap = 1L << 32;

    const long ScopeUsageCap = 1L << 28;

    const string ScopePrefix = "scope/";

    static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789/_.-");

    readonly string? _value;

    KeyPurpose(string value) => _value = value;

    /// <summary>
    /// Gets the purpose of keys that protect the data of one person. Destroying such a key erases the person.
    /// </summary>
    public static KeyPurpose Person { get; } = new("person");

    /// <summary>
    /// Gets the purpose of keys that protect the content of several people. See <see cref="KeyConversation"/>.
    /// </summary>
    public static KeyPurpose Conversation { get; } = new("conversation");

    /// <summary>Gets the stored form: lower-case ASCII letters, digits and <c>/ _ . -</c>.</summary>
    /// <exception cref="InvalidOperationException">This is the default value, which has no stored form.</exception>
    public string Value =>
        _value ?? throw new InvalidOperationException("The default value of KeyPurpose has no stored form.");

    /// <summary>Gets how many values a key of this purpose may encrypt: 2^28 for a scope, 2^32 for others.</summary>
    public long UsageCap => Value.StartsWith(ScopePrefix, StringComparison.Ordinal) ? ScopeUsageCap : AbsoluteUsageCap;

    /// <summary>
    /// Creates the purpose of keys for data of no single person, such as the raw text of rejected records.
    /// </summary>
    /// <param name="name">The class of data, for example <c>rejects</c>.</param>
    /// <returns>The purpose <c>scope/name</c>.</returns>
    /// <exception cref="ArgumentException">
    /// The name is empty, too long or has characters that are not allowed.
    /// </exception>
    public static KeyPurpose Scope(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Parse(ScopePrefix + name);
    }

    /// <summary>Parses the stored form.</summary>
    /// <param name="value">The stored form.</param>
    /// <returns>The purpose.</returns>
    /// <exception cref="ArgumentException">
    /// The value is empty, longer than <see cref="MaxLength"/> or has characters that are not allowed.
    /// </exception>
    public static KeyPurpose Parse(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        if (value.Length > MaxLength || value.AsSpan().ContainsAnyExcept(Allowed))
            throw new ArgumentException(
                "A key purpose has to have 1 to 64 of the characters a-z, 0-9, '/', '_', '.' and '-'.",
                nameof(value)
            );

        return new KeyPurpose(value);
    }

    /// <summary>Returns the stored form.</summary>
    /// <returns>The stored form, or an empty string for the default value.</returns>
    public override string ToString() => _value ?? string.Empty;

    internal int WriteUtf8(Span<byte> destination) => Encoding.ASCII.GetBytes(Value, destination);
}
