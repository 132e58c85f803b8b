using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>Encrypts and decrypts single field values with keys of a <see cref="DataKeyCache"/>.</summary>
/// <remarks>
/// Thread-safe, synchronous and without allocation. Bad data never causes an exception, only a result. A database NULL
/// stays NULL; the empty string is a value and is encrypted. Every row has an id: encrypting rejects
/// <see cref="Guid.Empty"/>.
/// </remarks>
public static partial class FieldCipher
{
    /// <summary>Encrypts bytes.</summary>
    /// <param name="key">
    /// The key of the subject, from the cache. A call that reaches encryption spends one of its reserved uses.
    /// </param>
    /// <param name="field">The column that the value is stored in.</param>
    /// <param name="rowId">The row that the value is stored in. Must not be <see cref="Guid.Empty"/>.</param>
    /// <param name="plaintext">The value. May be empty, and may overlap the destination.</param>
    /// <param name="destination">At least <see cref="EnvelopeFormat.GetLength"/> bytes.</param>
    /// <param name="written">The length of the envelope in bytes, or 0.</param>
    /// <returns>
    /// <see cref="EncryptResult.Ok"/>, or the reason why there is no envelope:
    /// <see cref="EncryptResult.KeyUnavailable"/> for a key that is not ready.
    /// </returns>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyOrgMismatch"/>: the key and the field belong to different orgs.
    /// <see cref="CryptoErrorCodes.IdMissing"/>: the row id is empty.
    /// </exception>
    public static EncryptResult TryEncrypt(
        in DataKeyRef key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> plaintext,
        Span<byte> destination,
        out int written
    )
    {
        written = 0;
        return key.Loaded is null
            ? EncryptResult.KeyUnavailable
            : TryEncrypt(key.Loaded, field, rowId, plaintext, destination, out written);
    }

    /// <summary>
    /// Encrypts text as UTF-8. The text is encoded and encrypted in the destination, without another copy.
    /// </summary>
    /// <param name="key">
    /// The key of the subject, from the cache. A call that reaches encryption spends one of its reserved uses.
    /// </param>
    /// <param name="field">The column that the value is stored in.</param>
    /// <param name="rowId">The row that the value is stored in. Must not be <see cref="Guid.Empty"/>.</param>
    /// <param name="text">The value. May be empty.</param>
    /// <param name="destination">At least <see cref="GetEnvelopeLength"/> bytes.</param>
    /// <param name="written">The length of the envelope in bytes, or 0.</param>
    /// <returns>
    /// <see cref="EncryptResult.Ok"/>, or the reason why there is no envelope:
    /// <see cref="EncryptResult.KeyUnavailable"/> for a key that is not ready.
    /// </returns>
    /// <exception cref="ArgumentException">The destination is too small, or overlaps the text.</exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyOrgMismatch"/>: the key and the field belong to different orgs.
    /// <see cref="CryptoErrorCodes.IdMissing"/>: the row id is empty.
    /// </exception>
    public static EncryptResult TryEncryptText(
        in DataKeyRef key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<char> text,
        Span<byte> destination,
        out int written
    )
    {
        written = 0;
        return key.Loaded is null
            ? EncryptResult.KeyUnavailable
            : TryEncryptText(key.Loaded, field, rowId, text, destination, out written);
    }

    /// <summary>Computes the length of the envelope of a text.</summary>
    /// <param name="field">The column that the text is stored in.</param>
    /// <param name="text">The text.</param>
    /// <returns>The exact length in bytes; an upper bound for a text with a lone surrogate.</returns>
    public static int GetEnvelopeLength(FieldHandle field, ReadOnlySpan<char> text)
    {
        ArgumentNullException.ThrowIfNull(field);
        return EnvelopeFormat.GetLength(Encoding.UTF8.GetByteCount(text), field.Padding);
    }

    internal static EncryptResult TryEncrypt(
        DataKey key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> plaintext,
        Span<byte> destination,
        out int written
    )
    {
        ArgumentNullException.ThrowIfNull(field);
        Span<byte> envelope = SliceEnvelope(field, plaintext.Length, destination);

        written = 0;
        ReadOnlySpan<byte> source = plaintext;
        bool padded = field.Padding != FieldPadding.None;
        if (padded || plaintext.Overlaps(envelope))
        {
            // Padding is added in the destination, which is then encrypted in place, so no second buffer holds
            // plaintext. A plaintext that overlaps the destination is moved too, because the header would overwrite it.
            Span<byte> inPlace = envelope[EnvelopeFormat.CiphertextOffset..^AesGcmSizes.Tag];
            plaintext.CopyTo(inPlace);
            if (padded)
                EnvelopeSealer.Pad(inPlace, plaintext.Length);

            source = inPlace;
        }

        EncryptResult result = Seal(key, field, rowId, source, envelope);
        if (result == EncryptResult.Ok)
            written = envelope.Length;

        return result;
    }

    internal static EncryptResult TryEncryptText(
        DataKey key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<char> text,
        Span<byte> destination,
        out int written
    )
    {
        ArgumentNullException.ThrowIfNull(field);
        written = 0;
        if (MemoryMarshal.AsBytes(text).Overlaps(destination))
            throw new ArgumentException("The destination overlaps the text. Use another buffer.", nameof(destination));

        int length = Encoding.UTF8.GetByteCount(text);
        Span<byte> envelope = SliceEnvelope(field, length, destination);
        Span<byte> plaintext = envelope[EnvelopeFormat.CiphertextOffset..^AesGcmSizes.Tag];
        if (Utf8.FromUtf16(text, plaintext, out _, out _, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            CryptographicOperations.ZeroMemory(envelope);
            return EncryptResult.InvalidText;
        }

        if (field.Padding != FieldPadding.None)
            EnvelopeSealer.Pad(plaintext, length);

        EncryptResult result = Seal(key, field, rowId, plaintext, envelope);
        if (result == EncryptResult.Ok)
            written = envelope.Length;

        return result;
    }

    static Span<byte> SliceEnvelope(FieldHandle field, int plaintextLength, Span<byte> destination)
    {
        int length = EnvelopeFormat.GetLength(plaintextLength, field.Padding);
        if (destination.Length < length)
            throw new ArgumentException(
                "The destination is shorter than the envelope. Get the length from EnvelopeFormat.GetLength.",
                nameof(destination)
            );

        return destination[..length];
    }

    static EncryptResult Seal(
        DataKey key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> paddedPlaintext,
        Span<byte> envelope
    )
    {
        AesGcm? cipher = null;
        bool done = false;
        try
        {
            if (key.OrgId != field.OrgId)
                throw OrgMismatch();

            if (rowId == Guid.Empty)
                throw KeyFaults.NoId("row");

            if (!key.Cipher.TryRent(out cipher))
                return EncryptResult.KeyUnavailable;

            if (!key.TrySpendUse())
                return EncryptResult.AllowanceExhausted;

            EnvelopeSealer.WriteHeader(envelope, key.Id, field.Padding != FieldPadding.None);
            NonceSource.Next(envelope.Slice(EnvelopeFormat.NonceOffset, AesGcmSizes.Nonce));
            Span<byte> associatedData = stackalloc byte[EnvelopeFormat.AssociatedDataLength];
            EnvelopeSealer.WriteAssociatedData(associatedData, envelope, field, rowId);
            EnvelopeSealer.Seal(cipher, envelope, paddedPlaintext, associatedData);
            done = true;
            return EncryptResult.Ok;
        }
        finally
        {
            // The destination may already contain the plaintext that was to be encrypted in place.
            if (!done)
                CryptographicOperations.ZeroMemory(envelope);

            if (cipher is not null)
                key.Cipher.Return(cipher);
        }
    }

    static CallIntelException OrgMismatch() =>
        new(
            CryptoErrorCodes.KeyOrgMismatch,
            "A data key of one org cannot encrypt a field of another org.",
            "Use a key and a field handle of the same org."
        );
}
