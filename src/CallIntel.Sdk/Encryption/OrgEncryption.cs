using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// Encrypts, decrypts and indexes for one session with the keys of its org, which are loaded with the member's
/// permissions.
/// </summary>
/// <remarks>Thread-safe.</remarks>
sealed class OrgEncryption
{
    /// <summary>
    /// The blind-index domain of numbers of all kinds, so that calls, messages and searches find the same contact.
    /// </summary>
    const string NumberDomain = "number";

    /// <summary>The blind-index domain of the words of contents.</summary>
    const string TextDomain = "text";

    /// <summary>
    /// The number of lookups before giving up. A new key version may become active during one lookup, but hardly during
    /// several in a row.
    /// </summary>
    const int LookUpAttempts = 3;

    internal OrgEncryption(SessionTransport session, FieldEncryption encryption, AccessGate gate)
    {
        (Session, Shared, Gate) = (session, encryption, gate);
        Fields = encryption.FieldsOf(session.Identity.Org);
        Store = new PostgresKeyStore(session, encryption.Log);
        OrgKeys = encryption.OrgKeys.WithStore(Store);
        DataKeys = encryption.DataKeys.WithStore(Store, OrgKeys);
    }

    internal SessionTransport Session { get; }

    /// <summary>Reads protected values and files the access. Every read of envelopes goes through it.</summary>
    internal AccessGate Gate { get; }

    /// <summary>The key caches that all sessions share.</summary>
    internal FieldEncryption Shared { get; }

    internal OrgFields Fields { get; }

    internal Guid Org => Session.Identity.Org.Value;

    /// <summary>Stores keys as the member of the session.</summary>
    internal PostgresKeyStore Store { get; }

    /// <summary>The shared org keys, loaded as the member of the session.</summary>
    internal OrgKeyRing OrgKeys { get; }

    /// <summary>The shared data keys, loaded as the member of the session.</summary>
    internal DataKeyCache DataKeys { get; }

    /// <summary>
    /// Rents the keys of envelopes for decryption. This is the only way by which plaintext leaves the SDK.
    /// </summary>
    /// <param name="access">
    /// What <see cref="Gate"/> returned with the envelopes: the entry of the access ledger for this page.
    /// </param>
    /// <param name="envelopes">All envelopes to decrypt; null entries are skipped.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The scope. No round trip is needed if all keys are cached or there are no envelopes.</returns>
    /// <exception cref="CallIntelException"><c>CI0290</c>: the access is not on file.</exception>
    internal async ValueTask<DecryptionScope> OpenAsync(
        FiledAccess? access,
        IEnumerable<byte[]?> envelopes,
        CancellationToken cancellationToken
    )
    {
        HashSet<KeyId> ids = DecryptionScope.KeysOf(envelopes);
        if (ids.Count == 0)
            return DecryptionScope.Empty;
        if (access is null)
            throw FiledAccess.NotFiled();
        return await DecryptionScope
            .CreateAsync(access, () => DataKeys.RentManyAsync(Org, ids, cancellationToken))
            .ConfigureAwait(false);
    }

    /// <summary>Rents keys for encryption and creates missing ones.</summary>
    internal async ValueTask<DataKeySet<KeySubject>> RentForEncryptionAsync(
        IReadOnlyCollection<KeyDemand> demands,
        CancellationToken cancellationToken
    )
    {
        return await DataKeys.RentForEncryptionAsync(Org, demands, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Encrypts one text of the org's directory of lines and members.</summary>
    /// <exception cref="CallIntelException"><c>CI0026</c>: the key cannot encrypt.</exception>
    internal async Task<byte[]> EncryptForDirectoryAsync(
        FieldHandle field,
        Guid rowId,
        string text,
        CancellationToken cancellationToken
    )
    {
        KeySubject directory = ScopeKeys.Directory;
        using DataKeySet<KeySubject> keys = await RentForEncryptionAsync(
                [new KeyDemand(directory, 1)],
                cancellationToken
            )
            .ConfigureAwait(false);
        return Envelopes.Encrypt(keys[directory], field, rowId, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>
    /// Returns the keyed hash that creates the ids of the org's events that have no external id, and those of its
    /// lines. The caller disposes it.
    /// </summary>
    internal async ValueTask<IncrementalHash> EventIdHashAsync(CancellationToken cancellationToken)
    {
        return await OrgKeys.GetEventIdHashAsync(Org, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Returns the key of the digests of suppressed numbers; creates it if the org has none. The caller disposes it.
    /// </summary>
    internal async ValueTask<BlindIndexKey> SuppressionKeyAsync(CancellationToken cancellationToken)
    {
        return (await OrgKeys.GetSuppressionKeyAsync(Org, create: true, cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>
    /// Returns the live versions of the blind-index key of numbers that this process knows. The caller disposes them.
    /// </summary>
    internal async ValueTask<BlindIndexKeys> NumberIndexAsync(CancellationToken cancellationToken)
    {
        return await OrgKeys
            .GetBlindIndexKeysAsync(Org, NumberDomain, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Returns the live versions of the blind-index key of words, which is created if the org has none. The caller
    /// disposes them.
    /// </summary>
    internal async ValueTask<BlindIndexKeys> TextIndexAsync(CancellationToken cancellationToken)
    {
        return await OrgKeys
            .GetBlindIndexKeysAsync(Org, TextDomain, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Like <see cref="TextIndexAsync"/>, but returns null if the org has no key.</summary>
    internal async ValueTask<BlindIndexKeys?> FindTextIndexAsync(CancellationToken cancellationToken)
    {
        return await OrgKeys
            .FindBlindIndexKeysAsync(Org, TextDomain, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Looks up numbers with all live versions of the blind-index key. If another process has created a version that
    /// this process did not know, looks them up again with the current versions.
    /// </summary>
    /// <param name="lookUp">
    /// Throws <c>CI0143</c>, <see cref="StaleIndex"/>, if its keys were not the latest and it may have missed numbers.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal async Task<T> WithNumberIndexAsync<T>(
        Func<BlindIndexKeys, Task<T>> lookUp,
        CancellationToken cancellationToken
    ) => (await LookUpAsync(NumberIndexAsync!, lookUp, cancellationToken).ConfigureAwait(false))!;

    /// <summary>
    /// Like <see cref="WithNumberIndexAsync"/>, but for searches, which do not create a key. Returns the default value
    /// if the org has no blind-index key, because then no number is stored.
    /// </summary>
    internal Task<T?> SearchNumberIndexAsync<T>(
        Func<BlindIndexKeys, Task<T>> lookUp,
        CancellationToken cancellationToken
    ) => LookUpAsync(FindNumberIndexAsync, lookUp, cancellationToken);

    /// <summary>Rotates and destroys the epochs of the org's keys.</summary>
    internal async Task<T> WithEpochsAsync<T>(Func<EpochRotation, Task<T>> rotate)
    {
        return await rotate(new EpochRotation(Store, Store, OrgKeys)).ConfigureAwait(false);
    }

    /// <summary>Returns the versions of the blind-index key of numbers that are not destroyed.</summary>
    internal async Task<List<OrgKeyRecord>> LiveNumberIndexesAsync(CancellationToken cancellationToken)
    {
        return
        [
            .. (await Store.FetchAsync(Org, OrgKeyKind.BlindIndex, cancellationToken).ConfigureAwait(false)).Where(v =>
                v.State != KeyState.Destroyed
            ),
        ];
    }

    /// <summary>Creates a new version of the blind-index key of numbers.</summary>
    internal async Task RotateNumberIndexAsync(CancellationToken cancellationToken)
    {
        await OrgKeys.RotateAsync(Org, OrgKeyKind.BlindIndex, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Destroys a version of the blind-index key of numbers.</summary>
    internal async Task DestroyNumberIndexAsync(OrgKeyRecord old, CancellationToken cancellationToken)
    {
        for (KeyState state = old.State; state != KeyState.Destroyed; state++)
            await Store
                .MoveAsync(Org, OrgKeyKind.BlindIndex, old.Version, state, state + 1, cancellationToken)
                .ConfigureAwait(false);
        Shared.Log.BlindIndexDestroyed(old.Version);
    }

    /// <summary>Removes the org's keys from the cache of this process, so that the next call loads them.</summary>
    internal void ForgetOrgKeys() => OrgKeys.Invalidate(Org);

    /// <summary>Destroys the data keys of one subject in the database and in the cache of this process.</summary>
    /// <returns>The number of keys destroyed.</returns>
    internal async Task<int> ShredAsync(KeySubject subject, CancellationToken cancellationToken)
    {
        IReadOnlyList<KeyId> shredded = await Store
            .CryptoShredAsync(Org, subject, cancellationToken)
            .ConfigureAwait(false);
        foreach (KeyId key in shredded)
            DataKeys.Invalidate(Org, key);
        Shared.Log.KeysDestroyed(shredded.Count);
        return shredded.Count;
    }

    internal static CallIntelException StaleIndex() =>
        new(
            CryptoErrorCodes.BlindIndexVersionStale,
            "Numbers were looked up with versions of the blind-index key that are not the latest.",
            "Repeat the call."
        );

    async ValueTask<BlindIndexKeys?> FindNumberIndexAsync(CancellationToken cancellationToken)
    {
        return await OrgKeys
            .FindBlindIndexKeysAsync(Org, NumberDomain, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
    }

    async Task<T?> LookUpAsync<T>(
        Func<CancellationToken, ValueTask<BlindIndexKeys?>> getKeys,
        Func<BlindIndexKeys, Task<T>> lookUp,
        CancellationToken cancellationToken
    )
    {
        for (int attempt = 1; ; attempt++)
        {
            using BlindIndexKeys? keys = await getKeys(cancellationToken).ConfigureAwait(false);
            if (keys is null)
                return default;
            try
            {
                return await lookUp(keys).ConfigureAwait(false);
            }
            catch (CallIntelException e)
                when (e.Code == CryptoErrorCodes.BlindIndexVersionStale && attempt < LookUpAttempts)
            {
                ForgetOrgKeys();
            }
        }
    }
}
