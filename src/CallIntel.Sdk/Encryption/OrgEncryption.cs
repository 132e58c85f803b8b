using System.Security.Cryptography;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// What one session encrypts, decrypts and indexes with: the keys of its org, loaded under the rights of its member.
/// </summary>
/// <remarks>Thread-safe.</remarks>
sealed class OrgEncryption(SessionTransport session, FieldEncryption encryption)
{
    /// <summary>
    /// One domain for numbers of all kinds, so that calls, messages and the search for a person find each other.
    /// </summary>
    const string NumberDomain = "number";

    /// <summary>
    /// A version may become active while another process reads which one is: that this happens again and again is not
    /// chance.
    /// </summary>
    const int LookUpAttempts = 3;

    internal SessionTransport Session => session;

    /// <summary>The caches that all sessions share.</summary>
    internal FieldEncryption Shared => encryption;

    internal OrgFields Fields { get; } = encryption.FieldsOf(session.Identity.Org);

    internal Guid Org => session.Identity.Org.Value;

    /// <summary>Rents the keys of envelopes and opens them: the one way by which plaintext leaves the SDK.</summary>
    /// <param name="envelopes">All envelopes that are to be opened; null entries are skipped.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The scope; no round trip if all keys are cached, or there are none.</returns>
    internal async ValueTask<DecryptionScope> OpenAsync(
        IEnumerable<byte[]?> envelopes,
        CancellationToken cancellationToken
    )
    {
        HashSet<KeyId> ids = DecryptionScope.KeysOf(envelopes);
        if (ids.Count == 0)
            return new DecryptionScope(null);
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return new DecryptionScope(
            await encryption.DataKeys.RentManyAsync(Org, ids, cancellationToken).ConfigureAwait(false)
        );
    }

    /// <summary>Rents keys to encrypt with, and makes those that are missing.</summary>
    internal async ValueTask<DataKeySet<KeySubject>> RentForEncryptionAsync(
        IReadOnlyCollection<KeyDemand> demands,
        CancellationToken cancellationToken
    )
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await encryption.DataKeys.RentForEncryptionAsync(Org, demands, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The hash that ids of the org's events are made with where a record has none; the caller disposes it.
    /// </summary>
    internal async ValueTask<IncrementalHash> EventIdHashAsync(CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await encryption.OrgKeys.GetEventIdHashAsync(Org, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The live versions of the key that indexes numbers, as this process knows them; the caller disposes them.
    /// </summary>
    internal async ValueTask<BlindIndexKeys> NumberIndexAsync(CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await encryption
            .OrgKeys.GetBlindIndexKeysAsync(Org, NumberDomain, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Looks numbers up under all live versions of the key that indexes them, and again under those that are live now
    /// when another process has made a version that this one did not know.
    /// </summary>
    /// <param name="lookUp">
    /// Throws <c>CI0143</c>, <see cref="StaleIndex"/>, when its keys were not the latest and it may have missed
    /// something.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal async Task<T> WithNumberIndexAsync<T>(
        Func<BlindIndexKeys, Task<T>> lookUp,
        CancellationToken cancellationToken
    ) => (await LookUpAsync(NumberIndexAsync!, lookUp, cancellationToken).ConfigureAwait(false))!;

    /// <summary>
    /// As <see cref="WithNumberIndexAsync"/> for a search, which makes no key; the default value if the org has none,
    /// so that no number is stored.
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

    /// <summary>The versions of the key that indexes numbers that are not destroyed.</summary>
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

    /// <summary>Makes a further version of the key that indexes numbers.</summary>
    internal async Task RotateNumberIndexAsync(CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        await encryption.OrgKeys.RotateAsync(Org, OrgKeyKind.BlindIndex, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Destroys a version of the key that indexes numbers.</summary>
    internal async Task DestroyNumberIndexAsync(OrgKeyRecord old, CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        for (KeyState state = old.State; state != KeyState.Destroyed; state++)
            await encryption
                .Store.MoveAsync(Org, OrgKeyKind.BlindIndex, old.Version, state, state + 1, cancellationToken)
                .ConfigureAwait(false);
        encryption.Log.BlindIndexDestroyed(old.Version);
    }

    /// <summary>Forgets the org's keys in this process, so that the next call loads them.</summary>
    internal void ForgetOrgKeys() => encryption.OrgKeys.Invalidate(Org);

    /// <summary>Destroys the data keys of one subject in the database and in this process.</summary>
    /// <returns>How many there were.</returns>
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
            "Numbers were looked for under versions of the blind-index key that are not the latest.",
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
