using CallIntel.Sdk.Audit;
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
/// <remarks>
/// Not thread-safe. This is the only place in the SDK that decrypts stored text. A scope with keys exists only for an
/// access that is committed to the ledger.
/// </remarks>
sealed class DecryptionScope : IDisposable
{
    readonly DataKeySet<KeyId>? _keys;

    DecryptionScope(DataKeySet<KeyId>? keys) => _keys = keys;

    /// <summary>A scope that decrypts nothing, for rows without envelopes.</summary>
    internal static DecryptionScope Empty => new(null);

    /// <summary>Creates a scope for one page, whose access is on file.</summary>
    internal static async ValueTask<DecryptionScope> CreateAsync(
        FiledAccess access,
        Func<ValueTask<DataKeySet<KeyId>>> rentKeys
    )
    {
        access.Use();
        return new DecryptionScope(await rentKeys().ConfigureAwait(false));
    }

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
        if (_keys is null || !EnvelopeFormat.TryReadKeyId(envelope, out KeyId key))
            return new OpenedText(null, DecryptResult.Malformed);
        DecryptResult status = FieldCipher.TryDecryptText(_keys[key], field, rowId, envelope, out string? text);
        return new OpenedText(text, status);
    }

    public void Dispose() => _keys?.Dispose();

    internal static HashSet<KeyId> KeysOf(IEnumerable<byte[]?> envelopes)
    {
        HashSet<KeyId> ids = [];
        foreach (byte[]? envelope in envelopes)
            if (envelope is not null && EnvelopeFormat.TryReadKeyId(envelope, out KeyId key))
                ids.Add(key);
        return ids;
    }
}
