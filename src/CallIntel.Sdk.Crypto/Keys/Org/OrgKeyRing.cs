using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// Caches the keys of orgs, unwrapped by the root key provider, in bounded memory and for a limited time. Encrypting
/// creates the first version of an org's key; reading never does.
/// </summary>
/// <remarks>
/// Thread-safe. A key is zeroed when the ring and all running operations have released it, and at the latest
/// <see cref="OrgKeyRingOptions.HandleDeadline"/> after it left the ring.
/// </remarks>
public sealed partial class OrgKeyRing : IDisposable
{
    readonly IRootKeyProvider _root;
    readonly IOrgKeyStore _store;
    readonly TimeProvider _timeProvider;
    readonly OrgKeyRingOptions _options;
    readonly State _state;
    readonly bool _isView;

    /// <summary>Creates the ring.</summary>
    /// <param name="root">Unwraps the keys. The ring does not dispose it.</param>
    /// <param name="store">Stores the wrapped keys.</param>
    /// <param name="options">The limits. Default: those of <see cref="OrgKeyRingOptions"/>.</param>
    /// <param name="timeProvider">The clock. Only its monotonic timestamp is used. Default: the system clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public OrgKeyRing(
        IRootKeyProvider root,
        IOrgKeyStore store,
        OrgKeyRingOptions? options = null,
        TimeProvider? timeProvider = null
    )
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(store);
        _options = options ?? new OrgKeyRingOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Capacity, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.TimeToLive, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.HandleDeadline, TimeSpan.Zero, nameof(options));
        _root = root;
        _store = store;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _state = new State(
            _timeProvider.CreateTimer(
                static ring => ((OrgKeyRing)ring!).Sweep(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            )
        );
    }

    OrgKeyRing(OrgKeyRing shared, IOrgKeyStore store)
    {
        (_root, _timeProvider, _options, _state) = (shared._root, shared._timeProvider, shared._options, shared._state);
        _store = store;
        _isView = true;
    }

    /// <summary>Gets the number of org keys in memory. All versions of one key of one org count as one.</summary>
    public int Count
    {
        get
        {
            lock (_state.Gate)
                return _state.Slots.Count;
        }
    }

    /// <summary>
    /// Returns a view of this ring: it shares the keys and the limits, and calls another store. Use it if keys are read
    /// and created with the permissions of a caller.
    /// </summary>
    /// <param name="store">Stores the same keys, seen by one caller.</param>
    /// <returns>The view. Disposing it has no effect.</returns>
    /// <remarks>
    /// A key that one caller loaded is available to all views, so check permissions before you ask for a key.
    /// </remarks>
    public OrgKeyRing WithStore(IOrgKeyStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new OrgKeyRing(this, store);
    }

    /// <summary>
    /// Returns the key that wraps new data keys, created if the org has none. The caller disposes it.
    /// </summary>
    /// <exception cref="CallIntelException">The store or the provider failed.</exception>
    internal async ValueTask<OrgKek> GetActiveKekAsync(Guid orgId, CancellationToken cancellationToken = default)
    {
        (OrgKeyRecord record, KeyedCipher cipher) = await GetAsync(orgId, OrgKeyKind.Kek, null, cancellationToken)
            .ConfigureAwait(false);
        return new OrgKek(orgId, record.Version, cipher);
    }

    /// <summary>Returns the key of one epoch, to unwrap data keys. The caller disposes it.</summary>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.OrgKeyMissing"/>: the org has no such epoch.
    /// <see cref="CryptoErrorCodes.OrgKeyDestroyed"/>: the epoch was destroyed. Or the store or the provider failed.
    /// </exception>
    internal async ValueTask<OrgKek> GetKekAsync(Guid orgId, int epoch, CancellationToken cancellationToken = default)
    {
        (OrgKeyRecord _, KeyedCipher cipher) = await GetAsync(orgId, OrgKeyKind.Kek, epoch, cancellationToken)
            .ConfigureAwait(false);
        return new OrgKek(orgId, epoch, cipher);
    }

    /// <summary>
    /// Creates a keyed hash for the ids of events that have no id of their own. Without the key, nobody can test a
    /// guess of what was hashed.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// HMAC-SHA-256 with the key HKDF-SHA-256(org key, info "ci/eid/v1"), the same on every call. The caller disposes
    /// it. Not thread-safe.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.OrgKeyDestroyed"/>: the root key above the org key was destroyed. Or the store or
    /// the provider failed.
    /// </exception>
    public async ValueTask<IncrementalHash> GetEventIdHashAsync(
        Guid orgId,
        CancellationToken cancellationToken = default
    )
    {
        (OrgKeyRecord _, KeyedCipher cipher) = await GetAsync(orgId, OrgKeyKind.EventId, null, cancellationToken)
            .ConfigureAwait(false);
        Span<byte> derived = stackalloc byte[SecretKey.Length];
        try
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, cipher.Bytes, derived, default, "ci/eid/v1"u8);
            return IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, derived);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            cipher.Release();
        }
    }

    /// <summary>Creates a new version and makes it the active one. Earlier versions still decrypt and search.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="kind">The kind of key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// The active version afterwards: the new one, or the one of another process that rotated at the same time.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The kind is <see cref="OrgKeyKind.EventId"/> or <see cref="OrgKeyKind.Suppression"/>, which are never rotated.
    /// </exception>
    /// <exception cref="CallIntelException">The store or the provider failed.</exception>
    public async ValueTask<int> RotateAsync(Guid orgId, OrgKeyKind kind, CancellationToken cancellationToken = default)
    {
        if (IsPermanent(kind))
            throw new ArgumentException("The keys for event ids and suppression cannot be rotated.", nameof(kind));

        // The cached versions may lack one that another process created. Its number must not be used again.
        Invalidate(orgId);
        OrgKeyVersions before = await LoadAsync(orgId, kind, create: true, cancellationToken).ConfigureAwait(false);
        await AddAsync(orgId, kind, before.LatestVersion + 1, cancellationToken).ConfigureAwait(false);
        Invalidate(orgId);
        OrgKeyVersions after = await LoadAsync(orgId, kind, create: true, cancellationToken).ConfigureAwait(false);
        return after.ActiveVersion;
    }

    /// <summary>
    /// Removes the keys of an org from memory. They are read again when they are needed. Call it when another process
    /// has rotated or destroyed a key.
    /// </summary>
    /// <param name="orgId">The org.</param>
    public void Invalidate(Guid orgId)
    {
        lock (_state.Gate)
        {
            foreach (OrgKeyKind kind in Enum.GetValues<OrgKeyKind>())
                Forget(orgId, kind);
        }
    }

    /// <summary>
    /// Zeroes all keys when the calls that are running now end. Later calls throw
    /// <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        if (_isView)
            return;

        _state.Sweeper.Dispose();
        lock (_state.Gate)
        {
            _state.IsDisposed = true;
            foreach (Slot slot in _state.Slots.Values)
                slot.Close();

            foreach ((Slot slot, _) in _state.Lingering)
                slot.Close();

            _state.Slots.Clear();
            _state.Lingering.Clear();
        }
    }

    async ValueTask<(OrgKeyRecord Record, KeyedCipher Cipher)> GetAsync(
        Guid orgId,
        OrgKeyKind kind,
        int? version,
        CancellationToken cancellationToken
    )
    {
        // Another process may have created the version. Read the store once more before reporting that it is missing.
        bool reread = false;
        while (true)
        {
            OrgKeyVersions versions = await LoadAsync(orgId, kind, create: version is null, cancellationToken)
                .ConfigureAwait(false);
            OrgKeyRecord? record = versions.Find(version);
            if (record is not null)
            {
                // The version may have been repaired in the store. Read it once more before reporting the fault.
                if (versions.HasFault(record) && !reread)
                {
                    reread = true;
                    Invalidate(orgId);
                    continue;
                }

                // If it was invalidated after the load, the next iteration loads it again.
                if (versions.TryAcquire(record, out KeyedCipher? cipher))
                    return (record, cipher);

                continue;
            }

            if (versions.IsDestroyed(version.GetValueOrDefault()))
            {
                throw new CallIntelException(
                    CryptoErrorCodes.OrgKeyDestroyed,
                    $"The org's key-encryption key of epoch {version}, or the root key above it, was destroyed.",
                    "Nothing to do: data under this epoch was erased on purpose and cannot be recovered."
                );
            }

            if (reread)
            {
                throw new CallIntelException(
                    CryptoErrorCodes.OrgKeyMissing,
                    $"The org has no key-encryption key of epoch {version}.",
                    "Restore all tables of the key store from the same backup."
                );
            }

            reread = true;
            Invalidate(orgId);
        }
    }
}
