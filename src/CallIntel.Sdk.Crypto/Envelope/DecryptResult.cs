namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>What became of a decryption. The set is closed: callers may switch over it without a default arm.</summary>
/// <remarks>Only <see cref="Ok"/> yields plaintext. After any other result the destination holds no plaintext byte.</remarks>
public enum DecryptResult
{
    /// <summary>The envelope is authentic and its plaintext was written.</summary>
    Ok = 0,

    /// <summary>The bytes are not an envelope of a version, suite and flags that this build knows.</summary>
    Malformed = 1,

    /// <summary>The envelope names a key that the org does not have.</summary>
    UnknownKey = 2,

    /// <summary>The key was destroyed on purpose. An ordinary state of erased data, not a fault.</summary>
    Shredded = 3,

    /// <summary>The envelope was changed, or belongs to another org, table, column or row.</summary>
    AuthenticationFailed = 4,

    /// <summary>The caller may not read this value. Never set by this package: it is for the layer that checks permissions before it touches a key.</summary>
    AccessDenied = 5,
}
