namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The kinds of key that an org has under the root key. Stores keep the numbers.</summary>
public enum OrgKeyKind
{
    /// <summary>The key-encryption key, which wraps data keys. Its versions are called epochs.</summary>
    Kek = 1,

    /// <summary>The key that blind-index keys are derived from. It is rotated independently of the epochs.</summary>
    BlindIndex = 2,

    /// <summary>
    /// The key of the hashes that recognize erased numbers. It is never rotated, because nothing is left to compute the
    /// hashes from again.
    /// </summary>
    Suppression = 3,

    /// <summary>
    /// The key of the hashes that identify events without an id of their own. It is never rotated, because the same
    /// event would then get another id.
    /// </summary>
    EventId = 4,

    /// <summary>
    /// The key that signatures are derived from: of certificates of erasure, for example. Older versions stay, so that
    /// what they signed can be verified.
    /// </summary>
    Signature = 5,
}
