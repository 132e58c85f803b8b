namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The states of a stored key. Stores keep the numbers.</summary>
/// <remarks>
/// A key moves forward one state at a time. Crypto-shredding moves a data key from any state to
/// <see cref="Destroyed"/>.
/// </remarks>
public enum KeyState
{
    /// <summary>The key encrypts and decrypts.</summary>
    Active = 1,

    /// <summary>The key only decrypts. A newer key encrypts.</summary>
    DecryptOnly = 2,

    /// <summary>Nothing is encrypted under the key any more. It can still decrypt until it is destroyed.</summary>
    Retired = 3,

    /// <summary>The key material is deleted. This cannot be undone.</summary>
    Destroyed = 4,
}
