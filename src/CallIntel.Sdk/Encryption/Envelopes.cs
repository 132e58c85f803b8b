using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Encryption;

/// <summary>Single values in and out of envelopes, where a batch of them is not the point.</summary>
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
    /// Whether a key that was ready ran out of uses, or was held for so long that it was let go: asking for it again
    /// helps.
    /// </summary>
    internal static bool CanAskAgain(in DataKeyRef key, EncryptResult result) =>
        result == EncryptResult.AllowanceExhausted
        || (result == EncryptResult.KeyUnavailable && key.Status == KeyLookup.Ready);

    internal static CallIntelException Unavailable() =>
        new(
            ErrorCodes.KeyUnavailable,
            "The key of a person or scope cannot encrypt.",
            "If the person was erased nothing of theirs can be stored; if not, the stored key is damaged: restore it."
        );
}
