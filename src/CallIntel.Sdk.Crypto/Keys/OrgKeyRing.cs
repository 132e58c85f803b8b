using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.BlindIndex;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The keys of orgs, unwrapped by the root key provider and kept in memory: bounded, and for a limited time. Encrypting
/// makes an org's first
/// version; reading never does.
/// </summary>
/// <remarks>
/// Thread-safe. Each key handed out is a handle of its own, to be disposed. A key is zeroed when the ring and all
/// handles let go, and at the
/// latest <see cref="OrgKeyRingOptions.HandleDeadline"/> after it left the ring.
/// </remarks>
public sealed partial class OrgKeyRing : IDisposable
{
    private readonly IRootKeyProvider _root;
    private readonly IOrgKeyStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly OrgKeyRingOptions _options;
    private readonly ITimer _sweeper;
    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid OrgId, OrgKeyKind Kind), Slot> _slots = [];
    private bool _disposed;

    /// <summary>Creates the ring.</summary>
    /// <param name="root">Unwraps the keys. Not disposed by the ring.</param>
    /// <param name="store">Keeps the wrapped keys.</param>
    /// <param name="options">The bounds. Default: those of <see cref="OrgKeyRingOptions"/>.</param>
    /// <param name="timeProvider">The clock; only its monotonic timestamp is used. Default: the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not allowed.</exception>
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
        _sweeper = _timeProvider.CreateTimer(
            static ring => ((OrgKeyRing)ring!).Sweep(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>How many keys are in memory now, all versions of one key of one org counted as one.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _slots.Count;
        }
    }

    /// <summary>The key that wraps new data keys.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A handle, owned by the caller.</returns>
    /// <exception cref="CallIntelException">The store or the provider failed.</exception>
    public async ValueTask<OrgKek> GetActiveKekAsync(Guid orgId, CancellationToken cancellationToken = default)
    {
        (OrgKeyRecord record, KeyedCipher cipher) = await GetAsync(orgId, OrgKeyKind.Kek, null, cancellationToken)
            .ConfigureAwait(false);
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
        (OrgKeyRecord _, KeyedCipher cipher) = await GetAsync(orgId, OrgKeyKind.Kek, epoch, cancellationToken)
            .ConfigureAwait(false);
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
        Guid orgId,
        string domain,
        OrgKeyKind kind = OrgKeyKind.BlindIndex,
        CancellationToken cancellationToken = default
    )
    {
        while (true)
        {
            OrgKeyVersions versions = await LoadAsync(orgId, RequireIndexRoot(kind), create: true, cancellationToken)
                .ConfigureAwait(false);
            // Null: invalidated between the load and here, so the next round loads anew.
            if (versions.TryDeriveBlindIndexKeys(orgId, domain, toSearch: false) is { } keys)
                return keys;
        }
    }

    /// <summary>The same to search with only: makes no key for an org that has none.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="kind">The root they are derived from.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>
    /// The keys, owned by the caller; <see langword="null"/> if the org has no active one, so that nothing can have been indexed, or nothing be found any more.
    /// Older versions that cannot be read are left out: see <see cref="BlindIndexKeys.Fault"/>.
    /// </returns>
    /// <exception cref="ArgumentException">The kind is not one of the two.</exception>
    /// <exception cref="CallIntelException">The store or the provider failed.</exception>
    public async ValueTask<BlindIndexKeys?> FindBlindIndexKeysAsync(
        Guid orgId,
        string domain,
        OrgKeyKind kind = OrgKeyKind.BlindIndex,
        CancellationToken cancellationToken = default
    )
    {
        while (true)
        {
            OrgKeyVersions versions = await LoadAsync(orgId, RequireIndexRoot(kind), create: false, cancellationToken)
                .ConfigureAwait(false);
            if (!versions.HasActive)
                return null;
            if (versions.TryDeriveBlindIndexKeys(orgId, domain, toSearch: true) is { } keys)
                return keys;
        }
    }

    /// <summary>A hash under the org's key of event ids: who lacks the key cannot test a guess of what was hashed.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>HMAC-SHA-256 with K = HKDF-SHA-256(key, info "ci/eid/v1"), owned by the caller. Not thread-safe; the same for good.</returns>
    /// <exception cref="CallIntelException">The store or the provider failed, or the root key above the key was destroyed.</exception>
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

    /// <summary>Makes a new version the active one. The version before it goes on to unwrap, or to find, what it made.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="kind">What the key is.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The active version afterwards: the new one, or that of somebody who rotated at the same time.</returns>
    /// <exception cref="ArgumentException">The kind is <see cref="OrgKeyKind.EventId"/>, which never changes.</exception>
    /// <exception cref="CallIntelException">The store or the provider failed.</exception>
    public async ValueTask<int> RotateAsync(Guid orgId, OrgKeyKind kind, CancellationToken cancellationToken = default)
    {
        if (kind is OrgKeyKind.EventId)
            throw new ArgumentException("The key of event ids is never rotated.", nameof(kind));

        // What is kept may lack the version of somebody who rotated a while ago: the next after that would be no new one.
        Invalidate(orgId);
        OrgKeyVersions before = await LoadAsync(orgId, kind, create: true, cancellationToken).ConfigureAwait(false);
        await AddAsync(orgId, kind, before.LatestVersion + 1, cancellationToken).ConfigureAwait(false);
        Invalidate(orgId);
        OrgKeyVersions after = await LoadAsync(orgId, kind, create: true, cancellationToken).ConfigureAwait(false);
        return after.ActiveVersion;
    }

    /// <summary>Forgets the keys of an org: they are read again at the next use. Call it when another process rotated or destroyed one.</summary>
    /// <param name="orgId">The org.</param>
    public void Invalidate(Guid orgId)
    {
        lock (_gate)
        {
            foreach (OrgKeyKind kind in Enum.GetValues<OrgKeyKind>())
                Forget(orgId, kind);
        }
    }

    /// <summary>
    /// Zeroes all keys as soon as no running call uses them. Handles that are still held no longer work.
    /// </summary>
    public void Dispose()
    {
        _sweeper.Dispose();
        lock (_gate)
        {
            _disposed = true;
            foreach (Slot slot in _slots.Values)
                slot.Close();

            foreach ((Slot slot, _) in _lingering)
                slot.Close();

            _slots.Clear();
            _lingering.Clear();
        }
    }

    private static OrgKeyKind RequireIndexRoot(OrgKeyKind kind) =>
        kind is OrgKeyKind.BlindIndex or OrgKeyKind.Suppression
            ? kind
            : throw new ArgumentException(
                "Blind indexes derive from the blind-index or the suppression root.",
                nameof(kind)
            );

    private async ValueTask<(OrgKeyRecord Record, KeyedCipher Cipher)> GetAsync(
        Guid orgId,
        OrgKeyKind kind,
        int? version,
        CancellationToken cancellationToken
    )
    {
        // A version this process has not seen yet may have been made by another one: look once more before saying that it is missing.
        bool lookedAgain = false;
        while (true)
        {
            OrgKeyVersions versions = await LoadAsync(orgId, kind, create: version is null, cancellationToken)
                .ConfigureAwait(false);
            OrgKeyRecord? record = versions.Find(version);
            if (record is not null)
            {
                // What could not be read may have been repaired since: look once more before saying so.
                if (versions.HasFault(record) && !lookedAgain)
                {
                    lookedAgain = true;
                    Invalidate(orgId);
                    continue;
                }

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
                    "What was wrapped only under it is gone on purpose."
                );
            }

            if (lookedAgain)
            {
                throw new CallIntelException(
                    CryptoErrorCodes.OrgKeyMissing,
                    $"The org has no key-encryption key of epoch {version}.",
                    "Restore all of the key store's tables from the same backup."
                );
            }

            lookedAgain = true;
            Invalidate(orgId);
        }
    }
}
