namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>One key to rewrap under the active root key.</summary>
/// <param name="Context">What the key is.</param>
/// <param name="Wrapped">The key, wrapped under an older root key.</param>
public sealed record RootRewrapItem(RootKeyContext Context, RootWrappedKey Wrapped);
