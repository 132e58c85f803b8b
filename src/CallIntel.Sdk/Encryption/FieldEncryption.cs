using System.Collections.Concurrent;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Encryption;

/// <summary>The keys of all orgs as one process holds them: what a data source encrypts and decrypts with.</summary>
/// <remarks>Thread-safe. The root key provider belongs to the host, which disposes it.</remarks>
sealed class FieldEncryption : IDisposable
{
    /// <summary>One domain for numbers of all kinds, so that calls, messages and the search for a person meet.</summary>
    const string NumberDomain = "number";

    /// <summary>A version may become active while one reads which it is: that two do so in a row is no longer chance.</summary>
    const int LookUpAttempts = 3;

    readonly ConcurrentDictionary<OrgId, OrgFields> _fields = new();

    internal FieldEncryption(IRootKeyProvider root, TimeProvider time)
    {
        Store = new PostgresKeyStore();
        OrgKeys = new OrgKeyRing(root, Store, timeProvider: time);
        DataKeys = new DataKeyCache(Store, OrgKeys, timeProvider: time);
    }

    internal PostgresKeyStore Store { get; }

    internal OrgKeyRing OrgKeys { get; }

    internal DataKeyCache DataKeys { get; }

    internal OrgFields FieldsOf(OrgId org) => _fields.GetOrAdd(org, static id => new OrgFields(id));

    /// <summary>The live versions of the key that indexes numbers, as this process knows them; owned by the caller.</summary>
    internal async ValueTask<BlindIndexKeys> NumberIndexAsync(OrgSession session, CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await OrgKeys
            .GetBlindIndexKeysAsync(session.Identity.Org.Value, NumberDomain, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The same for a search, which makes no key; null if the org has none, so that nobody's number is on file.</summary>
    internal async ValueTask<BlindIndexKeys?> FindNumberIndexAsync(
        OrgSession session,
        CancellationToken cancellationToken
    )
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await OrgKeys
            .FindBlindIndexKeysAsync(session.Identity.Org.Value, NumberDomain, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The hash that ids of the org's events are made with where a record has none; the caller disposes it.</summary>
    internal async ValueTask<IncrementalHash> EventIdHashAsync(OrgSession session, CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await OrgKeys.GetEventIdHashAsync(session.Identity.Org.Value, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Looks numbers up under all live versions of the key that indexes them, and again under those that are live now when another process has
    /// made a version that this one did not know.
    /// </summary>
    /// <param name="session">Who looks.</param>
    /// <param name="lookUp">Throws <c>CI0143</c>, <see cref="StaleIndex"/>, when its keys were not the latest and it may have missed something.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<T> WithNumberIndexAsync<T>(
        OrgSession session,
        Func<BlindIndexKeys, Task<T>> lookUp,
        CancellationToken cancellationToken
    ) => (await LookUpAsync(session, NumberIndexAsync!, lookUp, cancellationToken).ConfigureAwait(false))!;

    /// <summary>The same to search with only; the default value if the org has no key, so that nobody's number is on file, and none is made.</summary>
    internal Task<T?> SearchNumberIndexAsync<T>(
        OrgSession session,
        Func<BlindIndexKeys, Task<T>> lookUp,
        CancellationToken cancellationToken
    ) => LookUpAsync(session, FindNumberIndexAsync, lookUp, cancellationToken);

    static async Task<T?> LookUpAsync<T>(
        OrgSession session,
        Func<OrgSession, CancellationToken, ValueTask<BlindIndexKeys?>> getKeys,
        Func<BlindIndexKeys, Task<T>> lookUp,
        CancellationToken cancellationToken
    )
    {
        for (int attempt = 1; ; attempt++)
        {
            using BlindIndexKeys? keys = await getKeys(session, cancellationToken).ConfigureAwait(false);
            if (keys is null)
                return default;
            try
            {
                return await lookUp(keys).ConfigureAwait(false);
            }
            catch (CallIntelException e)
                when (e.Code == CryptoErrorCodes.BlindIndexVersionStale && attempt < LookUpAttempts)
            {
                session.Source.Encryption.OrgKeys.Invalidate(session.Identity.Org.Value);
            }
        }
    }

    internal static CallIntelException StaleIndex() =>
        new(
            CryptoErrorCodes.BlindIndexVersionStale,
            "Numbers were looked for under versions of the blind-index key that are not the latest.",
            "Repeat the call."
        );

    internal async ValueTask<DataKeySet<KeySubject>> RentForEncryptionAsync(
        OrgSession session,
        IReadOnlyCollection<KeyDemand> demands,
        CancellationToken cancellationToken
    )
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await DataKeys
            .RentForEncryptionAsync(session.Identity.Org.Value, demands, cancellationToken)
            .ConfigureAwait(false);
    }

    internal async ValueTask<DataKeySet<KeyId>> RentForDecryptionAsync(
        OrgSession session,
        IReadOnlyCollection<KeyId> keys,
        CancellationToken cancellationToken
    )
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await DataKeys.RentManyAsync(session.Identity.Org.Value, keys, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        DataKeys.Dispose();
        OrgKeys.Dispose();
    }
}
