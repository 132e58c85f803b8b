using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Vault;

/// <summary>
/// Encrypts and decrypts texts of persons, with nothing to hold or to dispose but the vault itself. For many values at
/// a time, the
/// <see cref="DataKeyCache"/> and <see cref="FieldCipher"/> beneath it make fewer calls to the store.
/// </summary>
/// <remarks>
/// Thread-safe. Keep one for the process: it caches keys. Each person has a key of their own; <see cref="ShredAsync"/>
/// destroys it, and every copy
/// of the person's texts becomes unreadable. Root key provider and stores belong to the caller.
/// </remarks>
public sealed class FieldVault : IDisposable
{
    private const int MaxAttempts = 8;

    private readonly IDataKeyRotationStore _rotation;
    private readonly OrgKeyRing _orgKeys;
    private readonly DataKeyCache _dataKeys;

    /// <summary>Creates the vault.</summary>
    /// <param name="root">Holds the root key.</param>
    /// <param name="dataKeys">Keeps the wrapped keys of persons.</param>
    /// <param name="rotation">Destroys the wrapped keys of persons; usually the same object.</param>
    /// <param name="orgKeys">Keeps the wrapped keys of orgs; usually the same object.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
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

    /// <summary>
    /// Creates the vault over one store for everything, such as <see cref="InMemory.InMemoryKeyStore"/>.
    /// </summary>
    /// <typeparam name="TStore">The type of the store.</typeparam>
    /// <param name="root">Holds the root key.</param>
    /// <param name="store">Keeps the wrapped keys.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <returns>The vault, owned by the caller.</returns>
    public static FieldVault Create<TStore>(IRootKeyProvider root, TStore store, TimeProvider? timeProvider = null)
        where TStore : class, IDataKeyStore, IDataKeyRotationStore, IOrgKeyStore =>
        new(root, store, store, store, timeProvider);

    /// <summary>Encrypts a text under the key of a person, which is made if there is none.</summary>
    /// <param name="personId">Whose text it is.</param>
    /// <param name="field">The column it will be stored in.</param>
    /// <param name="rowId">The row it will be stored in. Not <see cref="Guid.Empty"/>.</param>
    /// <param name="text">The text. May be empty.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The envelope to store. It opens only for the same org, column and row.</returns>
    /// <exception cref="ArgumentException">The text holds a lone surrogate.</exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.PersonErased"/>: the person's key was destroyed. <see cref="CryptoErrorCodes.IdMissing"/>: an id is empty.
    /// Otherwise the store, the provider or the stored key is at fault; the code says which.
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
                        "The text holds a lone surrogate, so that UTF-8 could not give it back unchanged.",
                        nameof(text)
                    );
            }
        }

        throw KeyFaults.Contended();
    }

    /// <summary>Decrypts an envelope.</summary>
    /// <param name="field">The column it was stored in.</param>
    /// <param name="rowId">The row it was stored in.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The text; or that the person was erased, or that the envelope does not belong here.</returns>
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
    /// Destroys the keys of a person: their texts are unreadable from then on, and the person gets no key again.
    /// Irreversible.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="personId">The person.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many keys the person had.</returns>
    /// <remarks>
    /// Other processes read the person's texts until they are told, or until their cached keys expire. Backups of the
    /// store hold the wrapped keys still.
    /// </remarks>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.IdMissing"/>: the id is empty; or the store
    /// failed.</exception>
    public async ValueTask<int> ShredAsync(Guid orgId, Guid personId, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<KeyId> shredded = await _rotation
            .ShredAsync(orgId, KeySubject.Person(personId), cancellationToken)
            .ConfigureAwait(false);
        foreach (KeyId key in shredded)
            _dataKeys.Invalidate(orgId, key);

        return shredded.Count;
    }

    /// <summary>Zeroes the cached keys.</summary>
    public void Dispose()
    {
        _dataKeys.Dispose();
        _orgKeys.Dispose();
    }

    private static CallIntelException Unavailable(DataKeyRef key) =>
        key.Status == KeyLookup.Shredded
            ? new CallIntelException(
                CryptoErrorCodes.PersonErased,
                "The keys of this person were destroyed, so nothing of theirs can be encrypted.",
                "Leave the person's texts out; an erased person gets no key again."
            )
            : new CallIntelException(
                key.FaultCode ?? CryptoErrorCodes.DataKeyUnwrapFailed,
                "The stored key of this person cannot be read, and the store did not replace it.",
                "Check that key store and root key belong together, and that the store may retire keys."
            );
}
