using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests;

/// <summary>
/// The in-memory store of the package. It counts calls, and tests can make it wait or change its results.
/// </summary>
sealed class MemoryKeyStore : IDataKeyStore, IDataKeyRotationStore, IOrgKeyStore
{
    readonly InMemoryKeyStore _store = new();
    int _fetches;
    int _finds;
    int _creations;

    internal long CapOverride
    {
        get => _store.Cap;
        set => _store.Cap = value;
    }

    internal int Fetches => _fetches;

    internal int Finds => _finds;

    internal int Creations => _creations;

    /// <summary>The number of candidates in all calls.</summary>
    internal int Candidates { get; private set; }

    /// <summary>Awaited in each call after it has read the store and before it returns.</summary>
    internal Func<Task> Pause { get; set; } = () => Task.CompletedTask;

    internal Func<DataKeyRecord, DataKeyRecord> OnFetch { get; set; } = r => r;

    internal Func<DataKeyGrant, DataKeyGrant> OnGrant { get; set; } = g => g;

    internal Func<List<DataKeyGrant>, List<DataKeyGrant>> OnGrants { get; set; } = g => g;

    internal Action OnRetire { get; set; } = () => { };

    internal Func<OrgKeyRecord, OrgKeyRecord> OnOrgKey { get; set; } = r => r;

    internal IReadOnlyList<OrgKeyRecord> OrgKeys => _store.OrgKeys;

    internal List<DataKeyRecord> Keys => _store.Keys;

    internal long Used(KeyId id) => _store.Used(TestKeys.Org, id);

    internal void Put(DataKeyRecord record) => _store.Put(TestKeys.Org, record);

    public async ValueTask<IReadOnlyList<DataKeyRecord>> FetchAsync(
        Guid orgId,
        IReadOnlyList<KeyId> keyIds,
        CancellationToken cancellationToken = default
    )
    {
        Interlocked.Increment(ref _fetches);
        List<DataKeyRecord> found =
        [
            .. (await _store.FetchAsync(orgId, keyIds, cancellationToken)).Select(r => OnFetch(r)),
        ];
        await Pause();
        return found;
    }

    public async ValueTask<IReadOnlyList<DataKeyGrant?>> FindActiveAsync(
        Guid orgId,
        IReadOnlyList<KeyDemand> demands,
        CancellationToken cancellationToken = default
    )
    {
        Interlocked.Increment(ref _finds);
        IReadOnlyList<DataKeyGrant?> found =
        [
            .. (await _store.FindActiveAsync(orgId, demands, cancellationToken)).Select(g =>
                g is null ? null : OnGrant(g)
            ),
        ];
        await Pause();
        return found;
    }

    public async ValueTask<IReadOnlyList<DataKeyGrant>> GetOrCreateAsync(
        Guid orgId,
        IReadOnlyList<DataKeyRequest> requests,
        CancellationToken cancellationToken = default
    )
    {
        Interlocked.Increment(ref _creations);
        Candidates += requests.Count;
        List<DataKeyGrant> grants =
        [
            .. (await _store.GetOrCreateAsync(orgId, requests, cancellationToken)).Select(g => OnGrant(g)),
        ];
        await Pause();
        return OnGrants(grants);
    }

    public ValueTask RetireAsync(Guid orgId, IReadOnlyList<KeyId> keyIds, CancellationToken cancellationToken = default)
    {
        OnRetire();
        return _store.RetireAsync(orgId, keyIds, cancellationToken);
    }

    public ValueTask<IReadOnlyList<DataKeyRecord>> ReadOutdatedAsync(
        Guid orgId,
        int epoch,
        KeyId? after,
        int limit,
        CancellationToken cancellationToken = default
    ) => _store.ReadOutdatedAsync(orgId, epoch, after, limit, cancellationToken);

    public ValueTask<int> ReplaceAsync(
        Guid orgId,
        IReadOnlyList<RewrappedDataKey> keys,
        CancellationToken cancellationToken = default
    ) => _store.ReplaceAsync(orgId, keys, cancellationToken);

    public ValueTask<long> CountOutdatedAsync(Guid orgId, int epoch, CancellationToken cancellationToken = default) =>
        _store.CountOutdatedAsync(orgId, epoch, cancellationToken);

    public ValueTask<IReadOnlyList<KeyId>> CryptoShredAsync(
        Guid orgId,
        KeySubject subject,
        CancellationToken cancellationToken = default
    ) => _store.CryptoShredAsync(orgId, subject, cancellationToken);

    public async ValueTask<IReadOnlyList<OrgKeyRecord>> FetchAsync(
        Guid orgId,
        OrgKeyKind kind,
        CancellationToken cancellationToken = default
    ) => [.. (await _store.FetchAsync(orgId, kind, cancellationToken)).Select(k => OnOrgKey(k))];

    public ValueTask AddAsync(OrgKeyRecord candidate, CancellationToken cancellationToken = default) =>
        _store.AddAsync(candidate, cancellationToken);

    public ValueTask<bool> MoveAsync(
        Guid orgId,
        OrgKeyKind kind,
        int version,
        KeyState from,
        KeyState to,
        CancellationToken cancellationToken = default
    ) => _store.MoveAsync(orgId, kind, version, from, to, cancellationToken);
}
