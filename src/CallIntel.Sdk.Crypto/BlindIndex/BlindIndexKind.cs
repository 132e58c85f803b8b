namespace CallIntel.Sdk.Crypto.BlindIndex;

/// <summary>
/// The kind of an indexed value. It is part of the hash, so equal text of two kinds has different indexes. Never change
/// the numbers: stored indexes depend on them.
/// </summary>
public enum BlindIndexKind
{
    /// <summary>
    /// A phone number in E.164 format: a plus sign, then 7 to 15 digits, the first of which is not 0.
    /// </summary>
    PhoneE164 = 1,

    /// <summary>A short code: 2 to 8 digits, optionally after a country such as <c>DK:</c>.</summary>
    ShortCode = 2,

    /// <summary>
    /// An alphanumeric sender id: 1 to 32 printable ASCII characters, not only digits. Convert it to one letter case
    /// first.
    /// </summary>
    AlphanumericSender = 3,

    /// <summary>Any other id, compared byte by byte: 1 to 512 bytes.</summary>
    OpaqueId = 4,
}
