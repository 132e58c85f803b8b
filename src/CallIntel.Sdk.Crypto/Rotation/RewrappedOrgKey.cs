using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>A key of an org that was moved to another root key, to be stored.</summary>
/// <param name="Context">Which key.</param>
/// <param name="From">As it was read: replaced only if it still is.</param>
/// <param name="To">The same key under the other root key.</param>
public sealed record RewrappedOrgKey(RootKeyContext Context, RootWrappedKey From, RootWrappedKey To);
