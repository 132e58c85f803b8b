using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Encryption;

/// <summary>Encrypts single values, where batches are not needed.</summary>
static class Envelopes
{
    /// <exception cref="CallIntelException">
    /// <c>CI0026</c>: the key cannot encrypt, for example because the person was erased.
    /// </exception>
    internal static byte[] Encrypt(in DataKeyRef key, FieldHandle field, Guid rowId, ReadOnlySpan<byte> plaintext)
    {
        byte[] envelope = GC.AllocateUninitializedArray<byte>(
            EnvelopeFormat.GetLength(plaintext.Length, field.Padding)
        );
        return FieldCipher.TryEncrypt(key, field, rowId, plaintext, envelope, out _) == EncryptResult.Ok
            ? envelope
            : throw Unavailable();
    }

    /// <summary>
    /// Whether requesting the key again can help, because it reached its usage limit or was held for too long.
    /// </summary>
    internal static bool CanAskAgain(in DataKeyRef key, EncryptResult result) =>
        result == EncryptResult.AllowanceExhausted
        || (result == EncryptResult.KeyUnavailable && key.Status == KeyLookup.Ready);

    internal static CallIntelException Unavailable() =>
        new(
            ErrorCodes.KeyUnavailable,
            "The key of a person or scope cannot be used to encrypt.",
            "If the person was erased, their data cannot be stored. Otherwise the stored key is damaged: "
                + "restore it from a backup."
        );
}
