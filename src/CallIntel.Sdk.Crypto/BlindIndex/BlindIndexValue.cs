namespace CallIntel.Sdk.Crypto.BlindIndex;

/// <summary>
/// Checks the form of values before they are indexed. A value that is indexed in another form would never be found.
/// </summary>
/// <remarks>Thread-safe. It does not normalise values: use a phone-number library for that.</remarks>
public static class BlindIndexValue
{
    /// <summary>Returns whether a value has the form that its kind is indexed in.</summary>
    /// <param name="kind">The kind of value.</param>
    /// <param name="value">The value as UTF-8.</param>
    /// <returns>
    /// <see langword="true"/> if the value can be indexed; <see langword="false"/> also for an unknown kind.
    /// </returns>
    public static bool IsNormalised(BlindIndexKind kind, ReadOnlySpan<byte> value) =>
        kind switch
        {
            BlindIndexKind.PhoneE164 => value.Length is >= 8 and <= 16
                && value[0] == (byte)'+'
                && value[1] != (byte)'0'
                && IsDigits(value[1..]),
            BlindIndexKind.ShortCode => WithoutCountry(value) is { Length: >= 2 and <= 8 } code && IsDigits(code),
            BlindIndexKind.AlphanumericSender => value.Length is >= 1 and <= 32
                && !value.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E)
                && !IsDigits(value),
            BlindIndexKind.OpaqueId => value.Length is >= 1 and <= BlindIndexKey.MaxValueLength,
            _ => false,
        };

    /// <summary>A short code is only valid in its country, so a country can precede it: <c>DK:1204</c>.</summary>
    static ReadOnlySpan<byte> WithoutCountry(ReadOnlySpan<byte> code) =>
        code.Length > 3 && code[2] == (byte)':' && !code[..2].ContainsAnyExceptInRange((byte)'A', (byte)'Z')
            ? code[3..]
            : code;

    static bool IsDigits(ReadOnlySpan<byte> value) => !value.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
