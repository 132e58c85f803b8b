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
sealed class OrgEncryption(SessionTransport session, FieldEncryption encryption, AccessGate gate)
{
    /// <summary>
    /// The blind-index domain of numbers of all kinds, so that calls, messages and searches find the same contact.
    /// </summary>
    const string NumberDomain = "number";

    /// <summary>
    /// The number of lookups before giving up. A new key version may become active during one lookup, but hardly during
    /// several in a row.
    /// </summary>
    const int LookUpAttempts = 3;

    internal SessionTransport Session => session;

    /// <summary>Reads protected values and files the access. Every read of envelopes goes through it.</summary>
    internal AccessGate Gate => gate;

    /// <summary>The key caches that all sessions share.</summary>
    internal FieldEncryption Shared => encryption;

    internal OrgFields Fields { get; } = encryption.FieldsOf(session.Identity.Org);

    internal Guid Org => session.Identity.Org.Value;

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
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await DecryptionScope
            .CreateAsync(access, () => encryption.DataKeys.RentManyAsync(Org, ids, cancellationToken))
            .ConfigureAwait(false);
    }

    /// <summary>Rents keys for encryption and creates missing ones.</summary>
    internal async ValueTask<DataKeySet<KeySubject>> RentForEncryptionAsync(
        IReadOnlyCollection<KeyDemand> demands,
        CancellationToken cancellationToken
    )
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await encryption.DataKeys.RentForEncryptionAsync(Org, demands, cancellationToken).ConfigureAwait(false);
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
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await encryption.OrgKeys.GetEventIdHashAsync(Org, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Returns the live versions of the blind-index key of numbers that this process knows. The caller disposes them.
    /// </summary>
    internal async ValueTask<BlindIndexKeys> NumberIndexAsync(CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await encryption
            .OrgKeys.GetBlindIndexKeysAsync(Org, NumberDomain, cancellationToken: cancellationToken)
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
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await rotate(new EpochRotation(encryption.Store, encryption.Store, encryption.OrgKeys))
            .ConfigureAwait(false);
    }

    /// <summary>Returns the versions of the blind-index key of numbers that are not destroyed.</summary>
    internal async Task<List<OrgKeyRecord>> LiveNumberIndexesAsync(CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return
        [
            .. (
                await encryption.Store.FetchAsync(Org, OrgKeyKind.BlindIndex, cancellationToken).ConfigureAwait(false)
            ).Where(v => v.State != KeyState.Destroyed),
        ];
    }

    /// <summary>Creates a new version of the blind-index key of numbers.</summary>
    internal async Task RotateNumberIndexAsync(CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        await encryption.OrgKeys.RotateAsync(Org, OrgKeyKind.BlindIndex, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Destroys a version of the blind-index key of numbers.</summary>
    internal async Task DestroyNumberIndexAsync(OrgKeyRecord old, CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        for (KeyState state = old.State; state != KeyState.Destroyed; state++)
            await encryption
                .Store.MoveAsync(Org, OrgKeyKind.BlindIndex, old.Version, state, state + 1, cancellationToken)
                .ConfigureAwait(false);
        encryption.Log.BlindIndexDestroyed(old.Version);
    }

    /// <summary>Removes the org's keys from the cache of this process, so that the next call loads them.</summary>
    internal void ForgetOrgKeys() => encryption.OrgKeys.Invalidate(Org);

    /// <summary>Destroys the data keys of one subject in the database and in the cache of this process.</summary>
    /// <returns>The number of keys destroyed.</returns>
    internal async Task<int> ShredAsync(KeySubject subject, CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        IReadOnlyList<KeyId> shredded = await encryption
            .Store.CryptoShredAsync(Org, subject, cancellationToken)
            .ConfigureAwait(false);
        foreach (KeyId key in shredded)
            encryption.DataKeys.Invalidate(Org, key);
        encryption.Log.KeysDestroyed(shredded.Count);
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
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await encryption
            .OrgKeys.FindBlindIndexKeysAsync(Org, NumberDomain, cancellationToken: cancellationToken)
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
