using CallIntel.Sdk.Crypto.Keys;
using Microsoft.Extensions.Time.Testing;

namespace CallIntel.Sdk.Crypto.Tests;

/// <summary>Root key, store, org keys and cache, with a clock that the test controls.</summary>
sealed class KeySystem : IDisposable
{
    internal KeySystem(
        DataKeyCacheOptions? options = null,
        MemoryKeyStore? store = null,
        IRootKeyProvider? root = null,
        TimeProvider? clock = null
    )
    {
        Store = store ?? new MemoryKeyStore();
        Root = root ?? new EnvironmentRootKeyProvider("ROOT", n => n == "ROOT" ? TestKeys.RootText : null);
        OrgKeys = new OrgKeyRing(Root, Store, timeProvider: clock ?? Clock);
        Cache = new DataKeyCache(Store, OrgKeys, options, clock ?? Clock);
    }

    internal FakeTimeProvider Clock { get; } = new();

    internal MemoryKeyStore Store { get; }

    internal IRootKeyProvider Root { get; }

    internal OrgKeyRing OrgKeys { get; }

    internal DataKeyCache Cache { get; }

    /// <summary>Creates a key for a person and returns its id.</summary>
    internal async Task<KeyId> CreateKeyAsync(Guid person)
    {
        using DataKeySet<KeySubject> keys = await Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [new KeyDemand(KeySubject.Person(person), 1)]
        );
        return keys[KeySubject.Person(person)].Value.Id;
    }

    public void Dispose()
    {
        Cache.Dispose();
        OrgKeys.Dispose();
    }
}
