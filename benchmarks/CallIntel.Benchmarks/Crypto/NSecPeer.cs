using System.Security.Cryptography;
using NSec.Cryptography;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>AES-256-GCM of NSec, which is libsodium's: only on processors with instructions for it.</summary>
sealed class NSecPeer(int size) : IDisposable
{
    readonly Key _key = Key.Create(AeadAlgorithm.Aes256Gcm);
    readonly byte[] _nonce = new byte[12], _associated = new byte[83], _output = new byte[size + 16];

    internal static bool IsSupported => Aes256Gcm.IsSupported;

    internal void Encrypt(byte[] text)
    {
        RandomNumberGenerator.Fill(_nonce);
        AeadAlgorithm.Aes256Gcm.Encrypt(_key, _nonce, _associated, text, _output);
    }

    public void Dispose() => _key.Dispose();
}
