using System.Security.Cryptography;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>
/// The minimum cost of AES-256-GCM: one cipher for all values, nonces generated in blocks, and as much associated data
/// as in our envelope, but no checks and no key commitment.
/// </summary>
sealed class AesGcmFloor(int size) : IDisposable
{
    const int NonceLength = 12,
        TagLength = 16;
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    readonly NonceBlock _nonces = new();
    readonly byte[] _nonce = new byte[NonceLength];
    readonly byte[] _output = new byte[size + TagLength];
    readonly byte[] _associated = new byte[83];
    AesGcm? _cipher;

    internal void Encrypt(byte[] text)
    {
        _cipher ??= new AesGcm(_key, TagLength);
        _nonces.Next().CopyTo(_nonce);
        _cipher.Encrypt(_nonce, text, _output.AsSpan(0, size), _output.AsSpan(size), _associated);
    }

    /// <summary>Decrypts the value that was encrypted last.</summary>
    internal void Decrypt(byte[] opened) =>
        _cipher!.Decrypt(_nonce, _output.AsSpan(0, size), _output.AsSpan(size), opened, _associated);

    /// <summary>Encrypts with a new cipher and a new nonce for each value, as in many applications.</summary>
    internal void EncryptWithNewCipher(byte[] text)
    {
        using AesGcm cipher = new(_key, TagLength);
        Span<byte> nonce = stackalloc byte[NonceLength];
        RandomNumberGenerator.Fill(nonce);
        cipher.Encrypt(nonce, text, _output.AsSpan(0, size), _output.AsSpan(size), _associated);
    }

    public void Dispose() => _cipher?.Dispose();
}
