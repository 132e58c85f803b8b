using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>
/// AES-256-GCM of Bouncy Castle, with one cipher for all values, a nonce for each value, and as much associated data as
/// in our envelope.
/// </summary>
sealed class BouncyCastlePeer(int size)
{
    const int NonceLength = 12,
        TagLength = 16;
    readonly KeyParameter _key = new(RandomNumberGenerator.GetBytes(32));
    readonly GcmBlockCipher _cipher = new(AesUtilities.CreateEngine());
    readonly NonceBlock _nonces = new();
    readonly byte[] _nonce = new byte[NonceLength],
        _associated = new byte[83],
        _output = new byte[size + TagLength];

    internal void Encrypt(byte[] text)
    {
        _nonces.Next().CopyTo(_nonce);
        _cipher.Init(true, new AeadParameters(_key, 8 * TagLength, _nonce, _associated));
        int written = _cipher.ProcessBytes(text, _output);
        _cipher.DoFinal(_output.AsSpan(written));
    }
}
