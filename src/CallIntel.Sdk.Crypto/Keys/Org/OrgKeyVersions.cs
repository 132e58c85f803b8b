using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// All versions of one key of one org that are not destroyed, unwrapped. A version that cannot be unwrapped causes an
/// exception only when it is needed.
/// </summary>
sealed class OrgKeyVersions : IDisposable
{
    readonly List<(OrgKeyRecord Record, KeyedCipher? Cipher, CallIntelException? Fault)> _versions = [];
    readonly HashSet<int> _destroyed = [];

    /// <summary>The newest active version. There can be two while another process rotates the key.</summary>
    internal int ActiveVersion => _versions.Where(v => v.Record.State == KeyState.Active).Max(v => v.Record.Version);

    internal bool HasActive => _versions.Exists(v => v.Record.State == KeyState.Active);

    /// <summary>The newest version that was ever created; 0 if there is none.</summary>
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

    /// <summary>Takes a reference to a version; false if this object is disposed.</summary>
    /// <exception cref="CallIntelException">The version cannot be unwrapped.</exception>
    internal bool TryAcquire(OrgKeyRecord record, [NotNullWhen(true)] out KeyedCipher? cipher)
    {
        cipher = Require(_versions.Find(v => v.Record.Version == record.Version));
        return cipher.TryAcquire();
    }

    /// <summary>Whether a version could not be unwrapped, so that it is worth reading the store again.</summary>
    internal bool HasFault(OrgKeyRecord record) =>
        _versions.Find(v => v.Record.Version == record.Version).Fault is not null;

    /// <summary>Zeroes all versions when the calls that are running now end. Handles stop working.</summary>
    internal void Close()
    {
        foreach ((OrgKeyRecord _, KeyedCipher? cipher, CallIntelException? _) in _versions)
            cipher?.Close();
    }

    /// <summary>Whether a version is not zeroed yet.</summary>
    internal bool IsHeld => _versions.Exists(v => v.Cipher is { IsZeroed: false });

    /// <summary>Calls a function for every version, the active one first; null if this object is disposed.</summary>
    /// <param name="derive">Derives a result from a version and its key.</param>
    /// <param name="skipFaulty">Whether to skip older versions that cannot be unwrapped.</param>
    /// <param name="fault">Why a version was skipped; null if none was.</param>
    /// <exception cref="CallIntelException">A version that must not be skipped cannot be unwrapped.</exception>
    internal IReadOnlyList<T>? TryDerive<T>(
        Func<int, ReadOnlySpan<byte>, T> derive,
        bool skipFaulty,
        out CallIntelException? fault
    )
        where T : IDisposable
    {
        List<T> derived = [];
        bool complete = false;
        fault = null;
        try
        {
            int active = ActiveVersion;
            foreach (
                var version in _versions
                    .OrderByDescending(v => v.Record.Version == active)
                    .ThenByDescending(v => v.Record.Version)
            )
            {
                if (skipFaulty && version.Fault is not null && version.Record.Version != active)
                {
                    fault = version.Fault;
                    continue;
                }

                KeyedCipher cipher = Require(version);
                if (!cipher.TryAcquire())
                    return null;

                try
                {
                    derived.Add(derive(version.Record.Version, cipher.Bytes));
                }
                finally
                {
                    cipher.Release();
                }
            }

            complete = true;
            return derived;
        }
        finally
        {
            if (!complete)
                derived.ForEach(d => d.Dispose());
        }
    }

    public void Dispose()
    {
        foreach ((OrgKeyRecord _, KeyedCipher? cipher, CallIntelException? _) in _versions)
            cipher?.Dispose();
    }

    static KeyedCipher Require((OrgKeyRecord Record, KeyedCipher? Cipher, CallIntelException? Fault) version) =>
        version.Cipher ?? throw version.Fault!;

    async Task AddAsync(OrgKeyRecord record, IRootKeyProvider root, Memory<byte> material)
    {
        try
        {
            await root.UnwrapAsync(record.Context, record.Wrapped, material).ConfigureAwait(false);
            _versions.Add((record, new KeyedCipher(material.Span), null));
        }
        catch (CallIntelException e) when (e.Code == CryptoErrorCodes.RootKeyDestroyed)
        {
            // A restored backup from before the root key was destroyed contains such versions.
            _destroyed.Add(record.Version);
        }
        catch (CallIntelException e)
            when (e.Code is CryptoErrorCodes.RootUnwrapFailed or CryptoErrorCodes.RootKeyUnknown)
        {
            _versions.Add((record, null, e));
        }
    }
}
