namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A 32-byte key wrapped under a root key.</summary>
/// <param name="RootKeyId">The id of the root key, in the provider's own notation.</param>
/// <param name="Ciphertext">The wrapped key, in the provider's own format.</param>
public sealed record RootWrappedKey(string RootKeyId, ReadOnlyMemory<byte> Ciphertext);
