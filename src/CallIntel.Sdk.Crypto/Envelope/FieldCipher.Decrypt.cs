using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Envelope;

public static partial class FieldCipher
{
    private const int MaxStackPlaintext = 512;

    /// <summary>Decrypts an envelope.</summary>
    /// <param name="key">The data key that the envelope names.</param>
    /// <param name="field">The column the envelope was read from.</param>
    /// <param name="rowId">The row it was read from.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="destination">At least <see cref="EnvelopeFormat.GetMaxPlaintextLength"/> bytes; padding is cleared from it again.</param>
    /// <param name="written">The length of the plaintext, or 0.</param>
    /// <returns><see cref="DecryptResult.Ok"/>, or why there is no plaintext.</returns>
    /// <exception cref="ArgumentException">The destination is too small for a well-formed envelope, or overlaps
    /// it.</exception>
    public static DecryptResult TryDecrypt(
        DataKey key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> envelope,
        Span<byte> destination,
        out int written
    )
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(field);
        written = 0;
        if (!EnvelopeFormat.IsWellFormed(envelope))
            return DecryptResult.Malformed;

        if (envelope.Overlaps(destination))
            throw new ArgumentException(
                "The destination overlaps the envelope; give another buffer.",
                nameof(destination)
            );

        int length = EnvelopeFormat.GetMaxPlaintextLength(envelope.Length);
        if (destination.Length < length)
            throw new ArgumentException(
                "The destination is shorter than the plaintext may be; ask EnvelopeFormat.GetMaxPlaintextLength.",
                nameof(destination)
            );

        // The id commits to the key: this comparison, not GCM, is what keeps one ciphertext from opening under two keys.
        if (
            key.OrgId != field.OrgId
            || !key.Id.FixedTimeEquals(envelope.Slice(EnvelopeFormat.KeyIdOffset, KeyId.Length))
        )
            return DecryptResult.UnknownKey;

        if (!key.Cipher.TryRent(out AesGcm? cipher))
            return DecryptResult.UnknownKey;

        try
        {
            Span<byte> associatedData = stackalloc byte[EnvelopeFormat.AssociatedDataLength];
            EnvelopeSealer.WriteAssociatedData(associatedData, envelope, field, rowId);
            return EnvelopeSealer.Open(cipher, envelope, associatedData, destination[..length], out written);
        }
        finally
        {
            key.Cipher.Return(cipher);
        }
    }

    /// <summary>Decrypts an envelope with what the cache answered for its key: a shredded key gives <see cref="DecryptResult.Shredded"/>.</summary>
    /// <param name="key">What the cache answered for the key that the envelope names.</param>
    /// <param name="field">The column the envelope was read from.</param>
    /// <param name="rowId">The row it was read from.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="destination">At least <see cref="EnvelopeFormat.GetMaxPlaintextLength"/> bytes.</param>
    /// <param name="written">The length of the plaintext, or 0.</param>
    /// <returns><see cref="DecryptResult.Ok"/>, or why there is no plaintext.</returns>
    /// <exception cref="ArgumentException">The destination is too small for a well-formed envelope, or overlaps
    /// it.</exception>
    public static DecryptResult TryDecrypt(
        in DataKeyRef key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> envelope,
        Span<byte> destination,
        out int written
    )
    {
        written = 0;
        if (!EnvelopeFormat.IsWellFormed(envelope))
            return DecryptResult.Malformed;

        return key.Status switch
        {
            KeyLookup.Ready => TryDecrypt(key.Loaded!, field, rowId, envelope, destination, out written),
            KeyLookup.Shredded => DecryptResult.Shredded,
            KeyLookup.Damaged => DecryptResult.AuthenticationFailed,
            _ => DecryptResult.UnknownKey,
        };
    }

    /// <summary>Decrypts an envelope into a buffer writer. The writer is advanced only when the result is <see cref="DecryptResult.Ok"/>.</summary>
    /// <typeparam name="TWriter">The type of the writer; may be a ref struct.</typeparam>
    /// <param name="key">What the cache answered for the key that the envelope names.</param>
    /// <param name="field">The column the envelope was read from.</param>
    /// <param name="rowId">The row it was read from.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="writer">Where the plaintext goes.</param>
    /// <returns><see cref="DecryptResult.Ok"/>, or why there is no plaintext.</returns>
    public static DecryptResult TryDecrypt<TWriter>(
        in DataKeyRef key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> envelope,
        ref TWriter writer
    )
        where TWriter : IBufferWriter<byte>, allows ref struct
    {
        int length = EnvelopeFormat.GetMaxPlaintextLength(envelope.Length);
        Span<byte> destination = length == 0 ? default : writer.GetSpan(length);
        DecryptResult result = TryDecrypt(key, field, rowId, envelope, destination, out int written);
        writer.Advance(written);
        return result;
    }

    /// <summary>Decrypts an envelope of UTF-8 text. Allocates the string and nothing else.</summary>
    /// <param name="key">What the cache answered for the key that the envelope names.</param>
    /// <param name="field">The column the envelope was read from.</param>
    /// <param name="rowId">The row it was read from.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="text">The text, or <see langword="null"/>.</param>
    /// <returns><see cref="DecryptResult.Ok"/>, or why there is no text; <see cref="DecryptResult.Malformed"/> also if the plaintext is not UTF-8.</returns>
    public static DecryptResult TryDecryptText(
        in DataKeyRef key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> envelope,
        out string? text
    )
    {
        text = null;
        int length = EnvelopeFormat.GetMaxPlaintextLength(envelope.Length);
        byte[]? rented = length > MaxStackPlaintext ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> buffer = rented is null ? stackalloc byte[MaxStackPlaintext] : rented;
        buffer = buffer[..length];
        try
        {
            DecryptResult result = TryDecrypt(key, field, rowId, envelope, buffer, out int written);
            if (result != DecryptResult.Ok)
                return result;

            if (!Utf8.IsValid(buffer[..written]))
                return DecryptResult.Malformed;

            text = Encoding.UTF8.GetString(buffer[..written]);
            return DecryptResult.Ok;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
