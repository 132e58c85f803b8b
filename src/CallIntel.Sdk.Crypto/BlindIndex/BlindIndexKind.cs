namespace CallIntel.Sdk.Crypto.BlindIndex;

/// <summary>What kind of identity is indexed. Part of what is hashed, so that equal text of two kinds never meets. The numbers are stored in the hash: never change one.</summary>
public enum BlindIndexKind
{
    /// <summary>A phone number in E.164: a plus sign, then 7 to 15 digits, the first not 0.</summary>
    PhoneE164 = 1,

    /// <summary>A short code: 2 to 8 digits, valid only within a network or country.</summary>
    ShortCode = 2,

    /// <summary>An alphanumeric sender id, already brought to one case: 1 to 32 characters of printable ASCII, not only digits.</summary>
    AlphanumericSender = 3,

    /// <summary>Any other identity, compared byte by byte: 1 to 512 bytes.</summary>
    OpaqueId = 4,
}
