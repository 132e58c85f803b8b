using CallIntel.Sdk.Crypto.BlindIndex;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The keys of orgs, unwrapped by the root key provider and kept in memory for a while. Makes an org's first version when there is none.</summary>
/// <remarks>Thread-safe. Each key handed out is a handle of its own, to be disposed; the key is zeroed when the ring and all handles let go.</remarks>
public sealed class OrgKeyRing : IDisposable
{
    /// <summary>How long keys are kept unless said otherwise: 5 minutes.</summary>
    public static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromMinutes(5);

    private readonly IRootKeyProvider _root;
    private readonly IOrgKeyStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _timeToLive;
    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid OrgId, OrgKeyKind Kind), Slot> _slots = [];
    private bool _disposed;

    /// <summary>Creates the ring.</summary>
    /// <param name="root">Unwraps the keys. Not disposed by the ring.</param>
    /// <param name="store">Keeps the wrapped keys.</param>
    /// <param name="timeToLive">How long keys are kept. Default: <see cref="DefaultTimeToLive"/>.</param>
    /// <param name="timeProvider">The clock; only its monotonic timestamp is used. Default: the system's.</param>
    public OrgKeyRing(IRootKeyProvider root, IOrgKeyStore store, TimeSpan? timeToLive = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(store);
        _timeToLive = timeToLive ?? DefaultTimeToLive;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_timeToLive, TimeSpan.Zero, nameof(timeToLive));
        _root = root;
        _store = store;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The key that wraps new data keys.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A handle, owned by the caller.</returns>
    /// <exception cref="CallIntelException">The store or the provider failed.</exception>
    public async ValueTask<OrgKek> GetActiveKekAsync(Guid orgId, CancellationToken cancellationToken = default)
    {
        (OrgKeyRecord record, KeyedCipher cipher) = await GetAsync(orgId, OrgKeyKind.Kek, null, cancellationToken).ConfigureAwait(false);
        return new OrgKek(orgId, record.Version, cipher);
    }

    /// <summary>The key of one epoch, to unwrap.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A handle, owned by the caller.</returns>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.OrgKeyMissing"/>: no such epoch; <see cref="CryptoErrorCodes.OrgKeyDestroyed"/>; or the store or provider failed.</exception>
    public async ValueTask<OrgKek> GetKekAsync(Guid orgId, int epoch, CancellationToken cancellationToken = default)
    {
        (OrgKeyRecord _, KeyedCipher cipher) = await GetAsync(orgId, OrgKeyKind.Kek, epoch, cancellationToken).ConfigureAwait(false);
        return new OrgKek(orgId, epoch, cipher);
    }

    /// <summary>The blind-index keys of a domain under all live versions, the active one first.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="domain">The domain, for example <c>phone</c>: values of one domain can be joined across tables.</param>
    /// <param name="kind">The root they are derived from: <see cref="OrgKeyKind.BlindIndex"/>, or <see cref="OrgKeyKind.Suppression"/> for the suppression list.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The keys, owned by the caller; keep them for as long as the session lives.</returns>
    /// <exception cref="ArgumentException">The kind is not one of the two.</exception>
    /// <exception cref="CallIntelException">The store or the provider failed.</exception>
    public async ValueTask<BlindIndexKeys> GetBlindIndexKeysAsync(
        Guid orgId, string domain, OrgKeyKind kind = OrgKeyKind.BlindIndex, CancellationToken cancellationToken = default)
    {
        if (kind is not (OrgKeyKind.BlindIndex or OrgKeyKind.Suppression))
            throw new ArgumentException("Blind indexes derive from the blind-index or the suppression root.", nameof(kind));

        OrgKeyVersions versions = await LoadAsync(orgId, kind, cancellationToken).ConfigureAwait(false);
        return versions.DeriveBlindIndexKeys(orgId, domain);
    }

    /// <summary>Makes a new version the active one. The version before it goes on to unwrap, or to find, what it made.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="kind">What the key is.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The active version afterwards: the new one, or that of somebody who rotated at the same time.</returns>
    /// <exception cref="CallIntelException">The store or the provider failed.</exception>
    public async ValueTask<int> RotateAsync(Guid orgId, OrgKeyKind kind, CancellationToken cancellationToken = default)
    {
        // What is kept may lack the version of somebody who rotated a while ago: the next after that would be no new one.
        Invalidate(orgId);
        OrgKeyVersions before = await LoadAsync(orgId, kind, cancellationToken).ConfigureAwait(false);
        await AddAsync(orgId, kind, before.LatestVersion + 1, cancellationToken).ConfigureAwait(false);
        Invalidate(orgId);
        OrgKeyVersions after = await LoadAsync(orgId, kind, cancellationToken).ConfigureAwait(false);
        return after.ActiveVersion;
    }

    /// <summary>Forgets the keys of an org: they are read again at the next use. Call it when another process rotated or destroyed one.</summary>
    /// <param name="orgId">The org.</param>
    public void Invalidate(Guid orgId)
    {
        lock (_gate)
        {
            foreach (OrgKeyKind kind in Enum.GetValues<OrgKeyKind>())
            {
                if (_slots.Remove((orgId, kind), out Slot? slot))
                    slot.Discard();
            }
        }
    }

    /// <summary>Zeroes the keys that no handle uses.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (Slot slot in _slots.Values)
                slot.Discard();

            _slots.Clear();
        }
    }

    private async ValueTask<(OrgKeyRecord Record, KeyedCipher Cipher)> GetAsync(
        Guid orgId, OrgKeyKind kind, int? version, CancellationToken cancellationToken)
    {
        // A version this process has not seen yet may have been made by another one: look once more before saying that it is missing.
        bool lookedAgain = false;
        while (true)
        {
            OrgKeyVersions versions = await LoadAsync(orgId, kind, cancellationToken).ConfigureAwait(false);
            OrgKeyRecord? record = versions.Find(version);
            if (record is not null)
            {
                // Not acquired: invalidated between the load and here, so the next round loads anew.
                if (versions.TryAcquire(record, out KeyedCipher? cipher))
                    return (record, cipher);

                continue;
            }

            if (versions.IsDestroyed(version.GetValueOrDefault()))
            {
                throw new CallIntelException(
                    CryptoErrorCodes.OrgKeyDestroyed,
                    $"The org's key-encryption key of epoch {version}, or the root key above it, was destroyed.",
                    "What was wrapped only under it is gone on purpose.");
            }

            if (lookedAgain)
            {
                throw new CallIntelException(
                    CryptoErrorCodes.OrgKeyMissing,
                    $"The org has no key-encryption key of epoch {version}.",
                    "Restore all of the key store's tables from the same backup.");
            }

            lookedAgain = true;
            Invalidate(orgId);
        }
    }

    private async ValueTask<OrgKeyVersions> LoadAsync(Guid orgId, OrgKeyKind kind, CancellationToken cancellationToken)
    {
        Slot slot;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_slots.TryGetValue((orgId, kind), out slot!) || IsStale(slot))
            {
                slot?.Discard();
                slot = new Slot(Task.Run(() => FetchAsync(orgId, kind), CancellationToken.None), _timeProvider.GetTimestamp());
                _slots[(orgId, kind)] = slot;
            }
        }

        return await slot.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool IsStale(Slot slot)
    {
        TimeSpan age = _timeProvider.GetElapsedTime(slot.LoadedAt);
        return slot.Task.IsFaulted || slot.Task.IsCanceled || age >= _timeToLive || age < TimeSpan.Zero;
    }

    private async Task<OrgKeyVersions> FetchAsync(Guid orgId, OrgKeyKind kind)
    {
        OrgKeyVersions versions = await OrgKeyVersions.UnwrapAsync(await ReadAsync(orgId, kind).ConfigureAwait(false), _root).ConfigureAwait(false);
        if (versions.HasActive)
            return versions;

        using (versions)
            await AddAsync(orgId, kind, versions.LatestVersion + 1, CancellationToken.None).ConfigureAwait(false);

        versions = await OrgKeyVersions.UnwrapAsync(await ReadAsync(orgId, kind).ConfigureAwait(false), _root).ConfigureAwait(false);
        if (versions.HasActive)
            return versions;

        versions.Dispose();
        throw KeyFaults.StoreContract("The org key store has no active version after one was added.");
    }

    private async Task<IReadOnlyList<OrgKeyRecord>> ReadAsync(Guid orgId, OrgKeyKind kind)
    {
        try
        {
            IReadOnlyList<OrgKeyRecord> records = await _store.FetchAsync(orgId, kind).ConfigureAwait(false);
            return records.All(r => r.OrgId == orgId && r.Kind == kind)
                ? records
                : throw KeyFaults.StoreContract("The org key store answered with a key of another org or kind.");
        }
        catch (Exception e) when (KeyFaults.IsForeign(e))
        {
            throw KeyFaults.Store(e);
        }
    }

    private async Task AddAsync(Guid orgId, OrgKeyKind kind, int version, CancellationToken cancellationToken)
    {
        var context = new RootKeyContext(kind, orgId, version);
        using SecretKey key = SecretKey.Generate();
        RootWrappedKey wrapped;
        try
        {
            wrapped = await _root.WrapAsync(context, key.Memory, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (KeyFaults.IsForeign(e))
        {
            throw KeyFaults.Provider(e);
        }

        try
        {
            await _store.AddAsync(new OrgKeyRecord(orgId, kind, version, KeyState.Active, wrapped), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (KeyFaults.IsForeign(e))
        {
            throw KeyFaults.Store(e);
        }
    }

    private sealed record Slot(Task<OrgKeyVersions> Task, long LoadedAt)
    {
        internal void Discard() => Task.ContinueWith(
            static t => t.Result.Dispose(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
