namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The life of a key. The numbers are stored.</summary>
/// <remarks>A key moves forward one state at a time; a data key may also be shredded: moved to <see cref="Destroyed"/> from anywhere.</remarks>
public enum KeyState
{
    /// <summary>Encrypts and decrypts.</summary>
    Active = 1,

    /// <summary>Decrypts only: a newer key encrypts.</summary>
    DecryptOnly = 2,

    /// <summary>Verified to be named by nothing any more; kept for a while, still able to decrypt.</summary>
    Retired = 3,

    /// <summary>The key material is gone. Irreversible.</summary>
    Destroyed = 4,
}
