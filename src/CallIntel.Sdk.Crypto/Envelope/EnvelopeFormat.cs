using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>The byte layout of envelope version 1, and what can be told of an envelope without a key.</summary>
/// <remarks>Described byte by byte, with test vectors, in <c>docs/envelope.md</c>. Thread-safe.</remarks>
public static class EnvelopeFormat
{
    /// <summary>The first byte of every envelope of this version: 0xC1, a byte that UTF-8 text never holds.</summary>
    public const byte Version = 0xC1;

    /// <summary>The one suite of this version: AES-256-GCM under a cached data key, 32-byte committing key id, 96-bit nonce, 128-bit tag.</summary>
    public const byte Suite = 0x01;

    /// <summary>The one flag of this version: the plaintext was padded before it was encrypted.</summary>
    public const byte PaddedFlag = 0x01;

    /// <summary>Where the key id starts, in bytes: 3.</summary>
    public const int KeyIdOffset = 3;

    /// <summary>Where the nonce starts, in bytes: 35. What lies before it is the header, which is authenticated.</summary>
    public const int NonceOffset = KeyIdOffset + KeyId.Length;

    /// <summary>Where the ciphertext starts, in bytes: 47.</summary>
    public const int CiphertextOffset = NonceOffset + NonceLength;

    /// <summary>The length of the nonce in bytes: 12.</summary>
    public const int NonceLength = 12;

    /// <summary>The length of the tag in bytes: 16.</summary>
    public const int TagLength = 16;

    /// <summary>How many bytes an envelope is longer than its (padded) plaintext: 63.</summary>
    public const int Overhead = CiphertextOffset + TagLength;

    internal const int AssociatedDataLength = NonceOffset + FieldHandle.ContextHashLength + RowIdLength;

    internal const int RowIdLength = 16;

    internal const int SmallestBucket = 16;

    /// <summary>How long the envelope of a plaintext will be.</summary>
    /// <param name="plaintextLength">The length of the plaintext in bytes.</param>
    /// <param name="padding">The padding of the field.</param>
    /// <returns>The exact length in bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or too long for one envelope (2 GiB).</exception>
    public static int GetLength(int plaintextLength, FieldPadding padding = FieldPadding.None)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(plaintextLength);
        int bucket = (int)padding;
        long padded = bucket == 0 ? plaintextLength : ((long)plaintextLength / bucket + 1) * bucket;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padded, Array.MaxLength - Overhead, nameof(plaintextLength));
        return (int)padded + Overhead;
    }

    /// <summary>How many bytes a destination needs so that this envelope can be decrypted into it.</summary>
    /// <param name="envelopeLength">The length of the envelope in bytes.</param>
    /// <returns>The length of the ciphertext; 0 for what is too short to be an envelope.</returns>
    public static int GetMaxPlaintextLength(int envelopeLength) => Math.Max(0, envelopeLength - Overhead);

    /// <summary>Whether the bytes have the form of an envelope that this build can open. Says nothing about authenticity.</summary>
    /// <param name="envelope">The bytes.</param>
    /// <returns><see langword="true"/> if version, suite, flags and length are those of an envelope.</returns>
    public static bool IsWellFormed(ReadOnlySpan<byte> envelope)
    {
        if (envelope.Length < Overhead || envelope[0] != Version || envelope[1] != Suite)
            return false;

        return envelope[2] switch
        {
            0 => true,
            PaddedFlag => envelope.Length > Overhead && (envelope.Length - Overhead) % SmallestBucket == 0,
            _ => false,
        };
    }

    /// <summary>Reads which key an envelope was made with.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="keyId">The id of the key, or the default.</param>
    /// <returns><see langword="false"/> if the bytes are not an envelope.</returns>
    public static bool TryReadKeyId(ReadOnlySpan<byte> envelope, out KeyId keyId)
    {
        if (!IsWellFormed(envelope))
        {
            keyId = default;
            return false;
        }

        keyId = new KeyId(envelope.Slice(KeyIdOffset, KeyId.Length));
        return true;
    }
}
