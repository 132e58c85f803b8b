namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>What became of an encryption. The set is closed.</summary>
/// <remarks>Only <see cref="Ok"/> yields an envelope. After any other result nothing usable was written.</remarks>
public enum EncryptResult
{
    /// <summary>The envelope was written.</summary>
    Ok = 0,

    /// <summary>The uses reserved for the key are spent: reserve more and call again.</summary>
    AllowanceExhausted = 1,

    /// <summary>The key was disposed, evicted or shredded.</summary>
    KeyUnavailable = 2,

    /// <summary>The text holds a lone surrogate, so that UTF-8 could not give it back unchanged.</summary>
    InvalidText = 3,
}
