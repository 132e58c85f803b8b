using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Encryption;

/// <summary>The result of decrypting an envelope.</summary>
/// <param name="Text">The text; null if there is no envelope or it could not be decrypted.</param>
/// <param name="Status"><see cref="DecryptResult.Ok"/> if the text was decrypted or there was no envelope.</param>
readonly record struct OpenedText(string? Text, DecryptResult Status);

/// <summary>
/// Decrypts envelopes with rented keys, which are returned when the scope is disposed. Created by
/// <see cref="OrgEncryption.OpenAsync"/>.
/// </summary>
/// <remarks>Not thread-safe. This is the only place in the SDK that decrypts stored text.</remarks>
sealed class DecryptionScope(DataKeySet<KeyId>? keys) : IDisposable
{
    /// <summary>Decrypts one text.</summary>
    /// <param name="field">The field that the text was encrypted for.</param>
    /// <param name="rowId">The row that the text was encrypted for.</param>
    /// <param name="envelope">
    /// The envelope; null if there is none. It must be one of those that the scope was opened with.
    /// </param>
    internal OpenedText Open(FieldHandle field, Guid rowId, byte[]? envelope)
    {
        if (envelope is null)
            return new OpenedText(null, DecryptResult.Ok);
        if (keys is null || !EnvelopeFormat.TryReadKeyId(envelope, out KeyId key))
            return new OpenedText(null, DecryptResult.Malformed);
        DecryptResult status = FieldCipher.TryDecryptText(keys[key], field, rowId, envelope, out string? text);
        return new OpenedText(text, status);
    }

    public void Dispose() => keys?.Dispose();

    internal static HashSet<KeyId> KeysOf(IEnumerable<byte[]?> envelopes)
    {
        HashSet<KeyId> ids = [];
        foreach (byte[]? envelope in envelopes)
            if (envelope is not null && EnvelopeFormat.TryReadKeyId(envelope, out KeyId key))
                ids.Add(key);
        return ids;
    }
}
