namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>How the length of a short value is hidden. The number is the block size in bytes.</summary>
public enum FieldPadding
{
    /// <summary>No padding: the ciphertext has the length of the plaintext. For long text.</summary>
    None = 0,

    /// <summary>Pads by 1 to 16 bytes to a multiple of 16 bytes. For phone numbers and ids.</summary>
    Bucket16 = 16,

    /// <summary>Pads by 1 to 32 bytes to a multiple of 32 bytes. For names.</summary>
    Bucket32 = 32,
}
