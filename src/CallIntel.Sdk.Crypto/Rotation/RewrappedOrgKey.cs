using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>A key of an org that was rewrapped under another root key, to be stored.</summary>
/// <param name="Context">Identifies the key.</param>
/// <param name="From">The wrapped key as it was read. The key is only replaced if it is still the same.</param>
/// <param name="To">The key, wrapped under the other root key.</param>
public sealed record RewrappedOrgKey(RootKeyContext Context, RootWrappedKey From, RootWrappedKey To);
