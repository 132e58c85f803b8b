using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.BlindIndex;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>All live versions of one key of one org, unwrapped.</summary>
internal sealed class OrgKeyVersions : IDisposable
{
    private readonly List<(OrgKeyRecord Record, KeyedCipher Cipher)> _versions = [];
    private readonly HashSet<int> _destroyed = [];

    /// <summary>The active version. There may be more than one on record for the moment in which another process rotates: the newest counts.</summary>
    internal int ActiveVersion => _versions.Where(v => v.Record.State == KeyState.Active).Max(v => v.Record.Version);

    internal bool HasActive => _versions.Exists(v => v.Record.State == KeyState.Active);

    /// <summary>The newest version ever made; 0 when there was none.</summary>
    internal int LatestVersion => _versions.Select(v => v.Record.Version).Concat(_destroyed).DefaultIfEmpty().Max();

    internal static async Task<OrgKeyVersions> UnwrapAsync(IReadOnlyList<OrgKeyRecord> records, IRootKeyProvider root)
    {
        var versions = new OrgKeyVersions();
        byte[] material = GC.AllocateUninitializedArray<byte>(SecretKey.Length, pinned: true);
        try
        {
            foreach (OrgKeyRecord record in records)
            {
                if (record.State == KeyState.Destroyed || !await TryUnwrapAsync(record, root, material).ConfigureAwait(false))
                    versions._destroyed.Add(record.Version);
                else
                    versions._versions.Add((record, new KeyedCipher(material)));
            }

            return versions;
        }
        catch (Exception e)
        {
            versions.Dispose();
            if (KeyFaults.IsForeign(e))
                throw KeyFaults.Provider(e);

            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    internal bool IsDestroyed(int version) => _destroyed.Contains(version);

    internal OrgKeyRecord? Find(int? version)
    {
        int wanted = version ?? ActiveVersion;
        return _versions.Find(v => v.Record.Version == wanted).Record;
    }

    /// <summary>Takes a reference to a version; false when this was disposed.</summary>
    internal bool TryAcquire(OrgKeyRecord record, [NotNullWhen(true)] out KeyedCipher? cipher)
    {
        cipher = _versions.Find(v => v.Record.Version == record.Version).Cipher;
        return cipher.TryAcquire();
    }

    /// <summary>Derives from every live version; null when this was disposed.</summary>
    internal BlindIndexKeys? TryDeriveBlindIndexKeys(Guid orgId, string domain)
    {
        List<BlindIndexKey> keys = [];
        try
        {
            int active = ActiveVersion;
            foreach ((OrgKeyRecord record, KeyedCipher cipher) in _versions.OrderByDescending(v => v.Record.Version == active).ThenByDescending(v => v.Record.Version))
            {
                if (!cipher.TryAcquire())
                {
                    keys.ForEach(k => k.Dispose());
                    return null;
                }

                try
                {
                    keys.Add(BlindIndexKey.Derive(cipher.Bytes, orgId, domain, record.Version));
                }
                finally
                {
                    cipher.Release();
                }
            }

            return new BlindIndexKeys(keys);
        }
        catch
        {
            keys.ForEach(k => k.Dispose());
            throw;
        }
    }

    /// <summary>Unwraps a version; false when its root key was destroyed, as it is for a restored backup from before an epoch was destroyed.</summary>
    private static async Task<bool> TryUnwrapAsync(OrgKeyRecord record, IRootKeyProvider root, Memory<byte> material)
    {
        try
        {
            await root.UnwrapAsync(record.Context, record.Wrapped, material).ConfigureAwait(false);
            return true;
        }
        catch (CallIntelException e) when (e.Code == CryptoErrorCodes.RootKeyDestroyed)
        {
            return false;
        }
    }

    public void Dispose()
    {
        foreach ((OrgKeyRecord _, KeyedCipher cipher) in _versions)
            cipher.Dispose();
    }
}
