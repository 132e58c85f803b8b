using System.Buffers;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Envelope;

public static partial class FieldCipher
{
    /// <summary>Encrypts bytes with a key of the cache.</summary>
    /// <param name="key">What the cache answered for the subject; one of the key's reserved uses is spent, also when
    /// the call fails later.</param>
    /// <param name="field">The column.</param>
    /// <param name="rowId">The row. Not <see cref="Guid.Empty"/>.</param>
    /// <param name="plaintext">The value. May be empty.</param>
    /// <param name="destination">At least <see cref="EnvelopeFormat.GetLength"/> bytes.</param>
    /// <param name="written">The length of the envelope, or 0.</param>
    /// <returns><see cref="EncryptResult.Ok"/>, or why there is no envelope; <see cref="EncryptResult.KeyUnavailable"/>
    /// for a key that is not ready.</returns>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyOrgMismatch"/>: key and field belong to different orgs. <see cref="CryptoErrorCodes.IdMissing"/>.
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
    /// Encrypts bytes with a key of the cache into a buffer writer. The writer is advanced only when an envelope was
    /// written.
    /// </summary>
    /// <typeparam name="TWriter">The type of the writer; may be a ref struct.</typeparam>
    /// <param name="key">What the cache answered for the subject; one of the key's reserved uses is spent.</param>
    /// <param name="field">The column.</param>
    /// <param name="rowId">The row. Not <see cref="Guid.Empty"/>.</param>
    /// <param name="plaintext">The value. May be empty.</param>
    /// <param name="writer">Where the envelope goes.</param>
    /// <returns><see cref="EncryptResult.Ok"/>, or why there is no envelope; <see cref="EncryptResult.KeyUnavailable"/>
    /// for a key that is not ready.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyOrgMismatch"/>: key and field belong to different orgs. <see cref="CryptoErrorCodes.IdMissing"/>.
    /// </exception>
    public static EncryptResult TryEncrypt<TWriter>(
        in DataKeyRef key,
        FieldHandle field,
        Guid rowId,
        ReadOnlySpan<byte> plaintext,
        ref TWriter writer
    )
        where TWriter : IBufferWriter<byte>, allows ref struct =>
        key.Loaded is null ? EncryptResult.KeyUnavailable : TryEncrypt(key.Loaded, field, rowId, plaintext, ref writer);

    /// <summary>
    /// Encrypts text as UTF-8 with a key of the cache. The text is encoded into the destination and encrypted there.
    /// </summary>
    /// <param name="key">What the cache answered for the subject; one of the key's reserved uses is spent.</param>
    /// <param name="field">The column.</param>
    /// <param name="rowId">The row. Not <see cref="Guid.Empty"/>.</param>
    /// <param name="text">The value. May be empty.</param>
    /// <param name="destination">At least <see cref="GetEnvelopeLength"/> bytes.</param>
    /// <param name="written">The length of the envelope, or 0.</param>
    /// <returns><see cref="EncryptResult.Ok"/>, or why there is no envelope; <see cref="EncryptResult.KeyUnavailable"/>
    /// for a key that is not ready.</returns>
    /// <exception cref="ArgumentException">The destination is too small, or overlaps the text.</exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyOrgMismatch"/>: key and field belong to different orgs. <see cref="CryptoErrorCodes.IdMissing"/>.
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
}
