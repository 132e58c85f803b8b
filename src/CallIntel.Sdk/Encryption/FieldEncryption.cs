using System.Collections.Concurrent;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Encryption;

/// <summary>The key caches of one data source, which all its sessions share; <see cref="OrgEncryption"/> is what one session does with them.</summary>
/// <remarks>Thread-safe. The root key provider belongs to the host, which disposes it.</remarks>
sealed class FieldEncryption : IDisposable
{
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

    public void Dispose()
    {
        DataKeys.Dispose();
        OrgKeys.Dispose();
    }
}
