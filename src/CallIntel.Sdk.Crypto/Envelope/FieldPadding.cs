namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>How far the length of a short field is hidden. The number is the bucket in bytes.</summary>
public enum FieldPadding
{
    /// <summary>The length of the ciphertext is the length of the plaintext. For long text.</summary>
    None = 0,

    /// <summary>Padded to a multiple of 16 bytes, at least one byte of padding. For phone numbers and ids.</summary>
    Bucket16 = 16,

    /// <summary>Padded to a multiple of 32 bytes, at least one byte of padding. For names.</summary>
    Bucket32 = 32,
}
