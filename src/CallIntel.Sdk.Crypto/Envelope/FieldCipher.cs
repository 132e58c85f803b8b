using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>Encrypts and decrypts one field value. Synchronous, without allocation, without exceptions for what the data can cause.</summary>
/// <remarks>
/// Thread-safe. A database NULL stays NULL and never comes here; the empty string is a value and is encrypted. A
/// plaintext of bytes may lie
/// in the destination. Every row has an id: <see cref="Guid.Empty"/> is refused when encrypting.
/// </remarks>
public static partial class FieldCipher
{
    /// <summary>Encrypts bytes.</summary>
    /// <param name="key">The data key; one of its reserved uses is spent, also when the call fails later.</param>
    /// <param name="field">The column.</param>
    /// <param name="rowId">The row.</param>
    /// <param name="plaintext">The value. May be empty.</param>
    /// <param name="destination">At least <see cref="EnvelopeFormat.GetLength"/> bytes.</param>
    /// <param name="written">The length of the envelope, or 0.</param>
    /// <returns><see cref="EncryptResult.Ok"/>, or why there is no envelope.</returns>
    /// <exception cref="ArgumentException">The destination is too small, or overlaps a text.</exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyOrgMismatch"/>: key and field belong to different orgs. <see cref="CryptoErrorCodes.IdMissing"/>.
    /// </exception>
    public static EncryptResult TryEncrypt(
        DataKey key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> plaintext,
        Span<byte> destination,
        out int written
    )
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(field);
        Span<byte> envelope = SliceEnvelope(field, plaintext.Length, destination);

        written = 0;
        ReadOnlySpan<byte> source = plaintext;
        bool padded = field.Padding != FieldPadding.None;
        if (padded || plaintext.Overlaps(envelope))
        {
            // Padding happens in the destination, which is then encrypted in place: no second buffer holds plaintext. A
            // plaintext that lies in
            // the destination moves to its place there too: the header would overwrite it otherwise.
            Span<byte> inPlace = envelope[EnvelopeFormat.CiphertextOffset..^EnvelopeFormat.TagLength];
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

    /// <summary>Encrypts bytes into a buffer writer. The writer is advanced only when an envelope was written.</summary>
    /// <typeparam name="TWriter">The type of the writer; may be a ref struct.</typeparam>
    /// <param name="key">The data key; one of its reserved uses is spent.</param>
    /// <param name="field">The column.</param>
    /// <param name="rowId">The row.</param>
    /// <param name="plaintext">The value. May be empty.</param>
    /// <param name="writer">Where the envelope goes.</param>
    /// <returns><see cref="EncryptResult.Ok"/>, or why there is no envelope.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyOrgMismatch"/>: key and field belong to different orgs. <see cref="CryptoErrorCodes.IdMissing"/>.
    /// </exception>
    public static EncryptResult TryEncrypt<TWriter>(
        DataKey key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> plaintext,
        ref TWriter writer
    )
        where TWriter : IBufferWriter<byte>, allows ref struct
    {
        ArgumentNullException.ThrowIfNull(field);
        Span<byte> destination = writer.GetSpan(EnvelopeFormat.GetLength(plaintext.Length, field.Padding));
        EncryptResult result = TryEncrypt(key, field, rowId, plaintext, destination, out int written);
        writer.Advance(written);
        return result;
    }

    /// <summary>Encrypts text as UTF-8. The text is encoded into the destination and encrypted there: no other copy is made.</summary>
    /// <param name="key">The data key; one of its reserved uses is spent.</param>
    /// <param name="field">The column.</param>
    /// <param name="rowId">The row.</param>
    /// <param name="text">The value. May be empty.</param>
    /// <param name="destination">At least <see cref="GetEnvelopeLength"/> bytes.</param>
    /// <param name="written">The length of the envelope, or 0.</param>
    /// <returns><see cref="EncryptResult.Ok"/>, or why there is no envelope.</returns>
    /// <exception cref="ArgumentException">The destination is too small, or overlaps a text.</exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyOrgMismatch"/>: key and field belong to different orgs. <see cref="CryptoErrorCodes.IdMissing"/>.
    /// </exception>
    public static EncryptResult TryEncryptText(
        DataKey key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<char> text,
        Span<byte> destination,
        out int written
    )
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(field);
        written = 0;
        if (MemoryMarshal.AsBytes(text).Overlaps(destination))
            throw new ArgumentException("The destination overlaps the text; give another buffer.", nameof(destination));

        int length = Encoding.UTF8.GetByteCount(text);
        Span<byte> envelope = SliceEnvelope(field, length, destination);
        Span<byte> plaintext = envelope[EnvelopeFormat.CiphertextOffset..^EnvelopeFormat.TagLength];
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

    /// <summary>How many bytes the envelope of a text needs.</summary>
    /// <param name="field">The column.</param>
    /// <param name="text">The text.</param>
    /// <returns>The exact length of the envelope in bytes; for a text with a lone surrogate an upper bound.</returns>
    public static int GetEnvelopeLength(FieldHandle field, ReadOnlySpan<char> text)
    {
        ArgumentNullException.ThrowIfNull(field);
        return EnvelopeFormat.GetLength(Encoding.UTF8.GetByteCount(text), field.Padding);
    }

    private static Span<byte> SliceEnvelope(FieldHandle field, int plaintextLength, Span<byte> destination)
    {
        int length = EnvelopeFormat.GetLength(plaintextLength, field.Padding);
        if (destination.Length < length)
            throw new ArgumentException(
                "The destination is shorter than the envelope will be; ask EnvelopeFormat.GetLength.",
                nameof(destination)
            );

        return destination[..length];
    }

    private static EncryptResult Seal(
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
            NonceSource.Next(envelope.Slice(EnvelopeFormat.NonceOffset, EnvelopeFormat.NonceLength));
            Span<byte> associatedData = stackalloc byte[EnvelopeFormat.AssociatedDataLength];
            EnvelopeSealer.WriteAssociatedData(associatedData, envelope, field, rowId);
            EnvelopeSealer.Seal(cipher, envelope, paddedPlaintext, associatedData);
            done = true;
            return EncryptResult.Ok;
        }
        finally
        {
            // A destination that already holds plaintext to be encrypted in place must not leave here with it.
            if (!done)
                CryptographicOperations.ZeroMemory(envelope);

            if (cipher is not null)
                key.Cipher.Return(cipher);
        }
    }

    private static CallIntelException OrgMismatch() =>
        new(
            CryptoErrorCodes.KeyOrgMismatch,
            "A data key of one org was to encrypt a field of another.",
            "Take the key and the field handle from the same org's session."
        );
}
