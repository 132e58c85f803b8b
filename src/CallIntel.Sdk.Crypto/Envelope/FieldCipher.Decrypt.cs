using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Envelope;

public static partial class FieldCipher
{
    const int MaxStackPlaintext = 512;

    /// <summary>Decrypts an envelope.</summary>
    /// <param name="key">The key that the envelope names, from the cache.</param>
    /// <param name="field">The column that the envelope was read from.</param>
    /// <param name="rowId">The row that the envelope was read from.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="destination">
    /// At least <see cref="EnvelopeFormat.GetMaxPlaintextLength"/> bytes. Padding is removed from it.
    /// </param>
    /// <param name="written">The length of the plaintext in bytes, or 0.</param>
    /// <returns><see cref="DecryptResult.Ok"/>, or the reason why there is no plaintext.</returns>
    /// <exception cref="ArgumentException">
    /// The destination is too small for a well-formed envelope, or overlaps it.
    /// </exception>
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
            KeyLookup.CryptoShredded => DecryptResult.CryptoShredded,
            KeyLookup.Damaged => DecryptResult.AuthenticationFailed,
            _ => DecryptResult.UnknownKey,
        };
    }

    /// <summary>Decrypts an envelope of UTF-8 text. Allocates the string and nothing else.</summary>
    /// <param name="key">The key that the envelope names, from the cache.</param>
    /// <param name="field">The column that the envelope was read from.</param>
    /// <param name="rowId">The row that the envelope was read from.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="text">The text, or <see langword="null"/>.</param>
    /// <returns>
    /// <see cref="DecryptResult.Ok"/>, or the reason why there is no text. <see cref="DecryptResult.Malformed"/> also
    /// if the plaintext is not valid UTF-8.
    /// </returns>
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

    internal static DecryptResult TryDecrypt(
        DataKey key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> envelope,
        Span<byte> destination,
        out int written
    )
    {
        ArgumentNullException.ThrowIfNull(field);
        written = 0;
        if (!EnvelopeFormat.IsWellFormed(envelope))
            return DecryptResult.Malformed;

        if (envelope.Overlaps(destination))
            throw new ArgumentException(
                "The destination overlaps the envelope. Use another buffer.",
                nameof(destination)
            );

        int length = EnvelopeFormat.GetMaxPlaintextLength(envelope.Length);
        if (destination.Length < length)
            throw new ArgumentException(
                "The destination is too short. Get the length from EnvelopeFormat.GetMaxPlaintextLength.",
                nameof(destination)
            );

        // The key id commits to the key. This comparison, not AES-GCM, prevents an envelope that decrypts under two
        // keys.
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
}
