namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>The result of decrypting a value. No values will be added, so a switch needs no default arm.</summary>
/// <remarks>
/// Only <see cref="Ok"/> yields plaintext. After any other result, the destination contains no plaintext.
/// </remarks>
public enum DecryptResult
{
    /// <summary>The envelope is authentic, and the plaintext was written.</summary>
    Ok = 0,

    /// <summary>The bytes are not an envelope, or its version, suite or flags are not supported.</summary>
    Malformed = 1,

    /// <summary>The org has no key with the key id of the envelope.</summary>
    UnknownKey = 2,

    /// <summary>The key was destroyed on purpose. This is the normal result for erased data.</summary>
    CryptoShredded = 3,

    /// <summary>The envelope was changed, or it belongs to another org, table, column or row.</summary>
    AuthenticationFailed = 4,
}
