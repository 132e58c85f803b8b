using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Vault;

/// <summary>
/// Encrypts and decrypts texts, each under the key of one person. For many values at a time, use
/// <see cref="DataKeyCache"/> and <see cref="FieldCipher"/> directly: they make fewer calls to the store.
/// </summary>
/// <remarks>
/// Thread-safe. Use one instance per process, because it caches keys. <see cref="CryptoShredAsync"/> destroys the key
/// of a person, which makes every copy of the person's texts unreadable. The vault does not dispose the root key
/// provider and the stores.
/// </remarks>
public sealed class FieldVault : IDisposable
{
    const int MaxAttempts = 8;

    readonly IDataKeyRotationStore _rotation;
    readonly OrgKeyRing _orgKeys;
    readonly DataKeyCache _dataKeys;

    /// <summary>Creates the vault.</summary>
    /// <param name="root">Holds the root key.</param>
    /// <param name="dataKeys">Stores the wrapped keys of persons.</param>
    /// <param name="rotation">Crypto-shreds the keys of persons. Usually the same object.</param>
    /// <param name="orgKeys">Stores the wrapped keys of orgs. Usually the same object.</param>
    /// <param name="timeProvider">The clock. Default: the system clock.</param>
    public FieldVault(
        IRootKeyProvider root,
        IDataKeyStore dataKeys,
        IDataKeyRotationStore rotation,
        IOrgKeyStore orgKeys,
        TimeProvider? timeProvider = null
    )
    {
        ArgumentNullException.ThrowIfNull(rotation);
        _rotation = rotation;
        _orgKeys = new OrgKeyRing(root, orgKeys, timeProvider: timeProvider);
        _dataKeys = new DataKeyCache(dataKeys, _orgKeys, timeProvider: timeProvider);
    }

    /// <summary>Creates the vault with one store for all keys, for example <c>InMemoryKeyStore</c>.</summary>
    /// <typeparam name="TStore">The type of the store.</typeparam>
    /// <param name="root">Holds the root key.</param>
    /// <param name="store">Stores the wrapped keys.</param>
    /// <param name="timeProvider">The clock. Default: the system clock.</param>
    /// <returns>The vault. The caller disposes it.</returns>
    public static FieldVault Create<TStore>(IRootKeyProvider root, TStore store, TimeProvider? timeProvider = null)
        where TStore : class, IDataKeyStore, IDataKeyRotationStore, IOrgKeyStore =>
        new(root, store, store, store, timeProvider);

    /// <summary>Encrypts a text under the key of a person. Creates the key if the person has none.</summary>
    /// <param name="personId">The person that the text is about.</param>
    /// <param name="field">The column that the text is stored in.</param>
    /// <param name="rowId">The row that the text is stored in. Must not be <see cref="Guid.Empty"/>.</param>
    /// <param name="text">The text. May be empty.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The envelope to store. It can only be decrypted for the same org, column and row.</returns>
    /// <exception cref="ArgumentException">The text contains a lone surrogate.</exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.PersonErased"/>: the person was crypto-destroyed.
    /// <see cref="CryptoErrorCodes.IdMissing"/>: an id is empty. Or the store or the provider failed, or the stored key
    /// is damaged.
    /// </exception>
    public async ValueTask<byte[]> EncryptAsync(
        Guid personId,
        FieldHandle field,
        Guid rowId,
        string text,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(text);
        KeySubject person = KeySubject.Person(personId);
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            using DataKeySet<KeySubject> keys = await _dataKeys
                .RentForEncryptionAsync(field.OrgId, [new KeyDemand(person, 1)], cancellationToken)
                .ConfigureAwait(false);
            DataKeyRef key = keys[person];
            if (key.Status != KeyLookup.Ready)
                throw Unavailable(key);

            byte[] envelope = new byte[FieldCipher.GetEnvelopeLength(field, text)];
            switch (FieldCipher.TryEncryptText(key, field, rowId, text, envelope, out _))
            {
                case EncryptResult.Ok:
                    return envelope;
                case EncryptResult.InvalidText:
                    throw new ArgumentException(
                        "The text contains a lone surrogate, which UTF-8 cannot represent.",
                        nameof(text)
                    );
            }
        }

        throw KeyFaults.Contended();
    }

    /// <summary>Decrypts an envelope.</summary>
    /// <param name="field">The column that the envelope was read from.</param>
    /// <param name="rowId">The row that the envelope was read from.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// The text, or the reason why there is none, for example <see cref="DecryptResult.CryptoShredded"/>.
    /// </returns>
    /// <exception cref="CallIntelException">The store or the provider failed.</exception>
    public async ValueTask<DecryptedText> DecryptAsync(
        FieldHandle field,
        Guid rowId,
        ReadOnlyMemory<byte> envelope,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(field);
        if (!EnvelopeFormat.TryReadKeyId(envelope.Span, out KeyId keyId))
            return new DecryptedText(DecryptResult.Malformed, null);

        using DataKeyLease lease = await _dataKeys
            .RentAsync(field.OrgId, keyId, cancellationToken)
            .ConfigureAwait(false);
        DecryptResult result = FieldCipher.TryDecryptText(lease.Key, field, rowId, envelope.Span, out string? text);
        return new DecryptedText(result, text);
    }

    /// <summary>
    /// Destroys the keys of a person. The person's texts become unreadable, and the person never gets a key again. This
    /// cannot be undone.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="personId">The person.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of keys that the person had.</returns>
    /// <remarks>
    /// Other processes can decrypt the texts until they are notified or their cached keys expire. Backups of the store
    /// still contain the wrapped keys.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.IdMissing"/>: the id is empty. Or the store failed.
    /// </exception>
    public async ValueTask<int> CryptoShredAsync(
        Guid orgId,
        Guid personId,
        CancellationToken cancellationToken = default
    )
    {
        IReadOnlyList<KeyId> destroyed = await _rotation
            .CryptoShredAsync(orgId, KeySubject.Person(personId), cancellationToken)
            .ConfigureAwait(false);
        foreach (KeyId key in destroyed)
            _dataKeys.Invalidate(orgId, key);

        return destroyed.Count;
    }

    /// <summary>Zeroes the cached keys.</summary>
    public void Dispose()
    {
        _dataKeys.Dispose();
        _orgKeys.Dispose();
    }

    static CallIntelException Unavailable(DataKeyRef key) =>
        key.Status == KeyLookup.CryptoShredded
            ? new CallIntelException(
                CryptoErrorCodes.PersonErased,
                "The text cannot be encrypted, because the person was crypto-destroyed and gets no key again.",
                "Do not store texts of this person."
            )
            : new CallIntelException(
                key.FaultCode ?? CryptoErrorCodes.DataKeyUnwrapFailed,
                "The stored key of the person cannot be unwrapped, and the store did not replace it.",
                "Check that the key store and the root key belong together, and that the store can retire keys."
            );
}
