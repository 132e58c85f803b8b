using System.Collections.Concurrent;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// The key caches of one data source, which all its sessions share. <see cref="OrgEncryption"/> uses them for one
/// session.
/// </summary>
/// <remarks>Thread-safe. The root key provider belongs to the host, which disposes it.</remarks>
sealed class FieldEncryption : IDisposable
{
    readonly ConcurrentDictionary<OrgId, OrgFields> _fields = new();

    internal FieldEncryption(IRootKeyProvider root, TimeProvider time, ILoggerFactory logs)
    {
        Log = logs.CreateLogger(KeyLog.Category);
        PostgresKeyStore none = new(null, Log);
        OrgKeys = new OrgKeyRing(root, none, timeProvider: time);
        DataKeys = new DataKeyCache(none, OrgKeys, timeProvider: time);
    }

    internal ILogger Log { get; }

    internal OrgKeyRing OrgKeys { get; }

    internal DataKeyCache DataKeys { get; }

    internal OrgFields FieldsOf(OrgId org) => _fields.GetOrAdd(org, static id => new OrgFields(id));

    /// <summary>Removes all cached keys, because the database has lost one. The next call reads them again.</summary>
    internal void ForgetLostKeys()
    {
        Log.KeyLost();
        DataKeys.InvalidateAll();
    }

    public void Dispose()
    {
        DataKeys.Dispose();
        OrgKeys.Dispose();
    }
}
