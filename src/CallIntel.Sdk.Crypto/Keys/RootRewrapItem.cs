namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>One key to be moved to the active root key.</summary>
/// <param name="Context">What the key is.</param>
/// <param name="Wrapped">The key under an older root key.</param>
public sealed record RootRewrapItem(RootKeyContext Context, RootWrappedKey Wrapped);
