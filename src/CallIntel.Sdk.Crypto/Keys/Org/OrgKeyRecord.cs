namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A stored key of an org, wrapped under a root key.</summary>
/// <param name="OrgId">The org.</param>
/// <param name="Kind">The kind of key.</param>
/// <param name="Version">The version, from 1. For <see cref="OrgKeyKind.Kek"/> it is the epoch.</param>
/// <param name="State">The state of the key.</param>
/// <param name="Wrapped">The wrapped key. Its ciphertext is empty if the key is destroyed.</param>
public sealed record OrgKeyRecord(Guid OrgId, OrgKeyKind Kind, int Version, KeyState State, RootWrappedKey Wrapped)
{
    /// <summary>Gets the context that the key was wrapped with.</summary>
    public RootKeyContext Context => new(Kind, OrgId, Version);
}
