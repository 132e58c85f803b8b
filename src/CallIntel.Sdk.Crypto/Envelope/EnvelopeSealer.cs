using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>The envelope with nonce and associated data given: what <see cref="FieldCipher"/> stands on, and where test vectors enter.</summary>
internal static class EnvelopeSealer
{
    /// <summary>Writes version, suite, flags and key id: the first 35 bytes.</summary>
    internal static void WriteHeader(Span<byte> envelope, in KeyId keyId, bool padded)
    {
        envelope[0] = EnvelopeFormat.Version;
        envelope[1] = EnvelopeFormat.Suite;
        envelope[2] = padded ? EnvelopeFormat.PaddedFlag : (byte)0;
        keyId.CopyTo(envelope[EnvelopeFormat.KeyIdOffset..]);
    }

    /// <summary>Builds header, context hash and row id: the 83 bytes that every envelope authenticates besides its ciphertext.</summary>
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

    /// <summary>Encrypts into an envelope whose header and nonce are written. The plaintext may lie where the ciphertext goes.</summary>
    internal static void Seal(
        AesGcm cipher,
        Span<byte> envelope,
        ReadOnlySpan<byte> paddedPlaintext,
        ReadOnlySpan<byte> associatedData
    ) =>
        cipher.Encrypt(
            envelope.Slice(EnvelopeFormat.NonceOffset, EnvelopeFormat.NonceLength),
            paddedPlaintext,
            envelope[EnvelopeFormat.CiphertextOffset..^EnvelopeFormat.TagLength],
            envelope[^EnvelopeFormat.TagLength..],
            associatedData
        );

    /// <summary>Decrypts a well-formed envelope whose key id is that of the key.</summary>
    /// <param name="cipher">A cipher of the envelope's key.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="associatedData">The associated data.</param>
    /// <param name="destination">Exactly as long as the ciphertext. Cleared when the result is not <see cref="DecryptResult.Ok"/>.</param>
    /// <param name="written">The length without padding.</param>
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
                envelope.Slice(EnvelopeFormat.NonceOffset, EnvelopeFormat.NonceLength),
                envelope[EnvelopeFormat.CiphertextOffset..^EnvelopeFormat.TagLength],
                envelope[^EnvelopeFormat.TagLength..],
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

        // ISO/IEC 7816-4: one 0x80, then zeros. Authentic by now, so this is no oracle.
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

    /// <summary>Puts the padding behind a plaintext that already stands at the front.</summary>
    internal static void Pad(Span<byte> padded, int plaintextLength)
    {
        padded[plaintextLength] = PaddingMarker;
        padded[(plaintextLength + 1)..].Clear();
    }

    private const byte PaddingMarker = 0x80;
}
