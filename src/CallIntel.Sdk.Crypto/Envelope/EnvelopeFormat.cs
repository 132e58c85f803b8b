using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>Computes lengths of envelopes and reads their key id, without a key.</summary>
/// <remarks>Thread-safe. <c>docs/envelope.md</c> describes the format byte by byte, with test vectors.</remarks>
public static class EnvelopeFormat
{
    /// <summary>The first byte of every envelope of version 1. UTF-8 text never contains this byte.</summary>
    internal const byte Version = 0xC1;

    /// <summary>
    /// AES-256-GCM under a data key, with a 32-byte committing key id, a 96-bit nonce and a 128-bit tag.
    /// </summary>
    internal const byte Suite = 0x01;

    /// <summary>The plaintext was padded before it was encrypted.</summary>
    internal const byte PaddedFlag = 0x01;

    internal const int KeyIdOffset = 3;

    /// <summary>The header, which lies before the nonce, is authenticated.</summary>
    internal const int NonceOffset = KeyIdOffset + KeyId.Length;

    internal const int CiphertextOffset = NonceOffset + AesGcmSizes.Nonce;

    /// <summary>How many bytes an envelope is longer than its padded plaintext.</summary>
    internal const int Overhead = CiphertextOffset + AesGcmSizes.Tag;

    internal const int AssociatedDataLength = NonceOffset + FieldHandle.ContextHashLength + RowIdLength;

    internal const int RowIdLength = 16;

    internal const int SmallestBucket = 16;

    /// <summary>Computes the length of the envelope of a plaintext.</summary>
    /// <param name="plaintextLength">The length of the plaintext in bytes.</param>
    /// <param name="padding">The padding of the field.</param>
    /// <returns>The exact length in bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The length is negative, or too long for one envelope (about 2 GiB).
    /// </exception>
    public static int GetLength(int plaintextLength, FieldPadding padding = FieldPadding.None)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(plaintextLength);
        int bucket = (int)padding;
        long padded = bucket == 0 ? plaintextLength : ((long)plaintextLength / bucket + 1) * bucket;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padded, Array.MaxLength - Overhead, nameof(plaintextLength));
        return (int)padded + Overhead;
    }

    /// <summary>Computes how many bytes a destination needs to decrypt an envelope into it.</summary>
    /// <param name="envelopeLength">The length of the envelope in bytes.</param>
    /// <returns>The length of the ciphertext in bytes; 0 if the length is too short for an envelope.</returns>
    public static int GetMaxPlaintextLength(int envelopeLength) => Math.Max(0, envelopeLength - Overhead);

    /// <summary>Reads the id of the key that an envelope was encrypted with.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="keyId">The key id, or the default value.</param>
    /// <returns>
    /// <see langword="false"/> if the bytes are not an envelope. <see langword="true"/> does not mean that the envelope
    /// is authentic.
    /// </returns>
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

    /// <summary>
    /// Whether version, suite, flags and length are those of an envelope. Says nothing about authenticity.
    /// </summary>
    internal static bool IsWellFormed(ReadOnlySpan<byte> envelope)
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
}
