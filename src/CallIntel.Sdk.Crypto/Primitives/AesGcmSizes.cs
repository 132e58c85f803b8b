namespace CallIntel.Sdk.Crypto.Primitives;

/// <summary>The sizes, in bytes, that this package uses AES-256-GCM with.</summary>
static class AesGcmSizes
{
    internal const int Nonce = 12;

    internal const int Tag = 16;
}
