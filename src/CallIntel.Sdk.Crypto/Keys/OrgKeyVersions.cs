using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.BlindIndex;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// All live versions of one key of one org, unwrapped. One that cannot be read matters only to whoever needs it.
/// </summary>
internal sealed class OrgKeyVersions : IDisposable
{
    private readonly List<(OrgKeyRecord Record, KeyedCipher? Cipher, CallIntelException? Fault)> _versions = [];
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
                if (record.State == KeyState.Destroyed)
                    versions._destroyed.Add(record.Version);
                else
                    await versions.AddAsync(record, root, material).ConfigureAwait(false);
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
    /// <exception cref="CallIntelException">This version cannot be read.</exception>
    internal bool TryAcquire(OrgKeyRecord record, [NotNullWhen(true)] out KeyedCipher? cipher)
    {
        cipher = Require(_versions.Find(v => v.Record.Version == record.Version));
        return cipher.TryAcquire();
    }

    /// <summary>
    /// Whether a version is on record that could not be read, so that it is worth reading the store again.
    /// </summary>
    internal bool HasFault(OrgKeyRecord record) =>
        _versions.Find(v => v.Record.Version == record.Version).Fault is not null;

    /// <summary>Zeroes all versions as soon as no running call uses them, whoever holds a handle.</summary>
    internal void Close()
    {
        foreach ((OrgKeyRecord _, KeyedCipher? cipher, CallIntelException? _) in _versions)
            cipher?.Close();
    }

    /// <summary>Whether a handle keeps a version from being zeroed.</summary>
    internal bool IsHeld => _versions.Exists(v => v.Cipher is { IsZeroed: false });

    /// <summary>Derives from every live version; null when this was disposed.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="toSearch">Whether an older version may be left out because it cannot be read, with its fault in the result.</param>
    /// <exception cref="CallIntelException">A version that is needed cannot be read.</exception>
    internal BlindIndexKeys? TryDeriveBlindIndexKeys(Guid orgId, string domain, bool toSearch)
    {
        List<BlindIndexKey> keys = [];
        CallIntelException? fault = null;
        try
        {
            int active = ActiveVersion;
            foreach (
                var version in _versions
                    .OrderByDescending(v => v.Record.Version == active)
                    .ThenByDescending(v => v.Record.Version)
            )
            {
                // Who writes needs all of them: without one, a contact that is on file would be taken for a new one.
                if (toSearch && version.Fault is not null && version.Record.Version != active)
                {
                    fault = version.Fault;
                    continue;
                }

                KeyedCipher cipher = Require(version);
                if (!cipher.TryAcquire())
                {
                    keys.ForEach(k => k.Dispose());
                    return null;
                }

                try
                {
                    keys.Add(BlindIndexKey.Derive(cipher.Bytes, orgId, domain, version.Record.Version));
                }
                finally
                {
                    cipher.Release();
                }
            }

            return new BlindIndexKeys(keys, fault);
        }
        catch
        {
            keys.ForEach(k => k.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        foreach ((OrgKeyRecord _, KeyedCipher? cipher, CallIntelException? _) in _versions)
            cipher?.Dispose();
    }

    private static KeyedCipher Require((OrgKeyRecord Record, KeyedCipher? Cipher, CallIntelException? Fault) version) =>
        version.Cipher ?? throw version.Fault!;

    private async Task AddAsync(OrgKeyRecord record, IRootKeyProvider root, Memory<byte> material)
    {
        try
        {
            await root.UnwrapAsync(record.Context, record.Wrapped, material).ConfigureAwait(false);
            _versions.Add((record, new KeyedCipher(material.Span), null));
        }
        catch (CallIntelException e) when (e.Code == CryptoErrorCodes.RootKeyDestroyed)
        {
            // As it is in a restored backup from before an epoch was destroyed.
            _destroyed.Add(record.Version);
        }
        catch (CallIntelException e)
            when (e.Code is CryptoErrorCodes.RootUnwrapFailed or CryptoErrorCodes.RootKeyUnknown)
        {
            _versions.Add((record, null, e));
        }
    }
}
