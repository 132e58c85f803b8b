namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A key of an org, moved to another root key.</summary>
/// <param name="Version">Its version.</param>
/// <param name="FromRootKeyId">The root key it was under.</param>
/// <param name="Wrapped">The key under the new one.</param>
public sealed record RewrappedOrgKey(int Version, string FromRootKeyId, RootWrappedKey Wrapped);
