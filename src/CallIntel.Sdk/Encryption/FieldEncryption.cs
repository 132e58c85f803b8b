using System.Collections.Concurrent;
using System.Security.Cryptography;
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

    /// <summary>The live versions of the key that indexes numbers; belongs to the key ring, not to the caller.</summary>
    internal async ValueTask<BlindIndexKeys> NumberIndexAsync(OrgSession session, CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await OrgKeys.GetBlindIndexKeysAsync(session.Identity.Org.Value, NumberDomain, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for a search, which makes no key; null if the org has none, so that nobody's number is on file.</summary>
    internal async ValueTask<BlindIndexKeys?> FindNumberIndexAsync(OrgSession session, CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await OrgKeys.FindBlindIndexKeysAsync(session.Identity.Org.Value, NumberDomain, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The hash that ids of the org's events are made with where a record has none; the caller disposes it.</summary>
    internal async ValueTask<IncrementalHash> EventIdHashAsync(OrgSession session, CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await OrgKeys.GetEventIdHashAsync(session.Identity.Org.Value, cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask<DataKeySet<KeySubject>> RentForEncryptionAsync(
        OrgSession session, IReadOnlyCollection<KeyDemand> demands, CancellationToken cancellationToken)
    {
        using PostgresKeyStore.Flow _ = PostgresKeyStore.Use(session);
        return await DataKeys.RentForEncryptionAsync(session.Identity.Org.Value, demands, cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask<DataKeySet<KeyId>> RentForDecryptionAsync(OrgSession session, IReadOnlyCollection<KeyId> keys, CancellationToken cancellationToken)
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
