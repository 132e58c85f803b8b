using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Exports;

/// <summary>
/// AES-256-GCM in chunks by the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015), as the age format uses
/// it: the nonce of a chunk is its number and a flag of the last one. A chunk that is missing, repeated, moved or
/// changed, and a stream that ends early, fail.
/// </summary>
/// <remarks>Not thread-safe. A key encrypts one stream only.</remarks>
sealed class ArchiveCipher : IDisposable
{
    internal const int ChunkLength = 64 * 1024;
    internal const int TagLength = 16;
    const int NonceLength = 12;

    readonly AesGcm _aes;
    ulong _number;

    internal ArchiveCipher(byte[] key) => _aes = new AesGcm(key, TagLength);

    /// <summary>Encrypts the next chunk. The destination is longer than the plaintext by the tag.</summary>
    internal void Encrypt(ReadOnlySpan<byte> plaintext, bool isLast, Span<byte> destination)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        Next(isLast, nonce);
        _aes.Encrypt(nonce, plaintext, destination[..plaintext.Length], destination.Slice(plaintext.Length, TagLength));
    }

    /// <returns><see langword="false"/> if the chunk is not the next one, or was changed.</returns>
    internal bool TryDecrypt(ReadOnlySpan<byte> chunk, bool isLast, Span<byte> destination)
    {
        if (chunk.Length < TagLength)
            return false;
        Span<byte> nonce = stackalloc byte[NonceLength];
        Next(isLast, nonce);
        try
        {
            _aes.Decrypt(nonce, chunk[..^TagLength], chunk[^TagLength..], destination[..(chunk.Length - TagLength)]);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _aes.Dispose();

    /// <summary>The nonce: three zero bytes, the number of the chunk, and the flag of the last chunk.</summary>
    void Next(bool isLast, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[3..], _number);
        nonce[^1] = isLast ? (byte)1 : (byte)0;
        _number = checked(_number + 1);
    }
}
