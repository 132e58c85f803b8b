namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A key of an org as a store keeps it: wrapped under a root key.</summary>
/// <param name="OrgId">The org.</param>
/// <param name="Kind">What the key is.</param>
/// <param name="Version">Its version, from 1; for <see cref="OrgKeyKind.Kek"/> the epoch.</param>
/// <param name="State">Where the key is in its life.</param>
/// <param name="Wrapped">The wrapped key; without ciphertext when destroyed.</param>
public sealed record OrgKeyRecord(Guid OrgId, OrgKeyKind Kind, int Version, KeyState State, RootWrappedKey Wrapped)
{
    /// <summary>What the key was wrapped with.</summary>
    public RootKeyContext Context => new(Kind, OrgId, Version);
}
