using NSec.Cryptography;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>AES-256-GCM of NSec (libsodium). Only on processors with AES instructions.</summary>
sealed class NSecPeer(int size) : IDisposable
{
    readonly Key _key = Key.Create(AeadAlgorithm.Aes256Gcm);
    readonly NonceBlock _nonces = new();
    readonly byte[] _associated = new byte[83],
        _output = new byte[size + 16];

    internal static bool IsSupported => Aes256Gcm.IsSupported;

    internal void Encrypt(byte[] text) =>
        AeadAlgorithm.Aes256Gcm.Encrypt(_key, _nonces.Next(), _associated, text, _output);

    public void Dispose() => _key.Dispose();
}
