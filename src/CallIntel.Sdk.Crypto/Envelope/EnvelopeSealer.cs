using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>
/// Encrypts and decrypts envelopes with a given nonce and associated data. Separate from <see cref="FieldCipher"/>, so
/// that tests can reproduce the test vectors.
/// </summary>
static class EnvelopeSealer
{
    /// <summary>Writes version, suite, flags and key id: the first 35 bytes.</summary>
    internal static void WriteHeader(Span<byte> envelope, in KeyId keyId, bool padded)
    {
        envelope[0] = EnvelopeFormat.Version;
        envelope[1] = EnvelopeFormat.Suite;
        envelope[2] = padded ? EnvelopeFormat.PaddedFlag : (byte)0;
        keyId.CopyTo(envelope[EnvelopeFormat.KeyIdOffset..]);
    }

    /// <summary>Writes the associated data: header, context hash and row id, 83 bytes.</summary>
    internal static void WriteAssociatedData(
        Span<byte> destination,
        ReadOnlySpan<byte> envelope,
        FieldHandle field,
        Guid rowId
    )
    {
        envelope[..EnvelopeFormat.NonceOffset].CopyTo(destination);
        field.ContextHash.CopyTo(destination[EnvelopeFormat.NonceOffset..]);
        rowId.TryWriteBytes(
            destination[(EnvelopeFormat.NonceOffset + FieldHandle.ContextHashLength)..],
            bigEndian: true,
            out _
        );
    }

    /// <summary>
    /// Encrypts into an envelope whose header and nonce are written. The plaintext may be at the place of the
    /// ciphertext.
    /// </summary>
    internal static void Seal(
        AesGcm cipher,
        Span<byte> envelope,
        ReadOnlySpan<byte> paddedPlaintext,
        ReadOnlySpan<byte> associatedData
    ) =>
        cipher.Encrypt(
            envelope.Slice(EnvelopeFormat.NonceOffset, AesGcmSizes.Nonce),
            paddedPlaintext,
            envelope[EnvelopeFormat.CiphertextOffset..^AesGcmSizes.Tag],
            envelope[^AesGcmSizes.Tag..],
            associatedData
        );

    /// <summary>Decrypts a well-formed envelope whose key id matches the key.</summary>
    /// <param name="cipher">A cipher with the key of the envelope.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="associatedData">The associated data.</param>
    /// <param name="destination">
    /// Exactly as long as the ciphertext. Zeroed if the result is not <see cref="DecryptResult.Ok"/>.
    /// </param>
    /// <param name="written">The length of the plaintext without padding.</param>
    internal static DecryptResult Open(
        AesGcm cipher,
        ReadOnlySpan<byte> envelope,
        ReadOnlySpan<byte> associatedData,
        Span<byte> destination,
        out int written
    )
    {
        written = 0;
        try
        {
            cipher.Decrypt(
                envelope.Slice(EnvelopeFormat.NonceOffset, AesGcmSizes.Nonce),
                envelope[EnvelopeFormat.CiphertextOffset..^AesGcmSizes.Tag],
                envelope[^AesGcmSizes.Tag..],
                destination,
                associatedData
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            CryptographicOperations.ZeroMemory(destination);
            return DecryptResult.AuthenticationFailed;
        }

        if (envelope[2] == 0)
        {
            written = destination.Length;
            return DecryptResult.Ok;
        }

        // ISO/IEC 7816-4 padding: 0x80, then zeros. The plaintext is already authenticated, so this is no padding
        // oracle.
        int marker = destination.LastIndexOfAnyExcept((byte)0);
        if (marker < 0 || destination[marker] != PaddingMarker)
        {
            CryptographicOperations.ZeroMemory(destination);
            return DecryptResult.Malformed;
        }

        destination[marker] = 0;
        written = marker;
        return DecryptResult.Ok;
    }

    /// <summary>Writes the padding after a plaintext at the start of the buffer.</summary>
    internal static void Pad(Span<byte> padded, int plaintextLength)
    {
        padded[plaintextLength] = PaddingMarker;
        padded[(plaintextLength + 1)..].Clear();
    }

    const byte PaddingMarker = 0x80;
}
