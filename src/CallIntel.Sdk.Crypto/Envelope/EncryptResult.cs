namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>The result of encrypting a value. No values will be added, so a switch needs no default arm.</summary>
/// <remarks>
/// Only <see cref="Ok"/> yields an envelope. After any other result, the destination contains no plaintext.
/// </remarks>
public enum EncryptResult
{
    /// <summary>The envelope was written.</summary>
    Ok = 0,

    /// <summary>The key has no reserved uses left. Get it from the cache again and repeat the call.</summary>
    AllowanceExhausted = 1,

    /// <summary>The key was disposed, evicted or crypto-shredded.</summary>
    KeyUnavailable = 2,

    /// <summary>The text contains a lone surrogate, which UTF-8 cannot represent.</summary>
    InvalidText = 3,
}
