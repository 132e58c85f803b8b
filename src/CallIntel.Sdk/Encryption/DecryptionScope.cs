using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Encryption;

/// <summary>The text of an envelope, or why there is none.</summary>
/// <param name="Text">Null if there is no envelope, or it could not be opened.</param>
/// <param name="Status"><see cref="DecryptResult.Ok"/> if the text was opened, or there was no envelope.</param>
readonly record struct OpenedText(string? Text, DecryptResult Status);

/// <summary>
/// Opens envelopes with rented keys, which are returned when the scope is disposed.
/// <see cref="OrgEncryption.OpenAsync"/> makes it.
/// </summary>
/// <remarks>The only place of the SDK where stored text becomes readable. Not thread-safe.</remarks>
sealed class DecryptionScope(DataKeySet<KeyId>? keys) : IDisposable
{
    /// <summary>Opens one text.</summary>
    /// <param name="field">The field that the text was sealed for.</param>
    /// <param name="rowId">The row that the text was sealed for.</param>
    /// <param name="envelope">
    /// The envelope; null if there is none. It was among those that the scope was opened for.
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
