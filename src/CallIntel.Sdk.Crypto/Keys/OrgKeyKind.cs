namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The kinds of key that an org has under the root key. The numbers are stored.</summary>
public enum OrgKeyKind
{
    /// <summary>Wraps data keys; its versions are the epochs.</summary>
    Kek = 1,

    /// <summary>The root of the blind indexes. Rotated apart from the epochs.</summary>
    BlindIndex = 2,

    /// <summary>The root of the suppression list, which must outlive the erasure of what it suppresses.</summary>
    Suppression = 3,

    /// <summary>Keys the digests that events without an id of their own are identified by. Never rotated: the same event would get another id.</summary>
    EventId = 4,
}
