using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests.Contracts;

/// <summary>
/// The in-memory store of the package. A test replaces one of its calls by one that violates the contract.
/// </summary>
sealed class FaultyKeyStore : IDataKeyStore, IDataKeyRotationStore, IOrgKeyStore
{
    public FaultyKeyStore()
    {
        OnFetch = async (org, ids) => [.. await Inner.FetchAsync(org, ids)];
        OnFind = async (org, demands) => [.. await Inner.FindActiveAsync(org, demands)];
        OnCreate = async (org, requests) => [.. await Inner.GetOrCreateAsync(org, requests)];
        OnRetire = async (org, ids) => await Inner.RetireAsync(org, ids);
        OnReadOutdated = async (org, epoch, after, limit) =>
            [.. await Inner.ReadOutdatedAsync(org, epoch, after, limit)];
        OnReplace = async (org, keys) => await Inner.ReplaceAsync(org, keys);
        OnCount = async (org, epoch) => await Inner.CountOutdatedAsync(org, epoch);
        OnCryptoShred = async (org, subject) => [.. await Inner.CryptoShredAsync(org, subject)];
        OnFetchOrgKeys = async (org, kind) => [.. await Inner.FetchAsync(org, kind)];
        OnAdd = async key => await Inner.AddAsync(key);
        OnMove = async (org, kind, version, from, to) => await Inner.MoveAsync(org, kind, version, from, to);
    }

    internal InMemoryKeyStore Inner { get; } = new();

    internal Func<Guid, IReadOnlyList<KeyId>, Task<List<DataKeyRecord>>> OnFetch { get; set; }

    internal Func<Guid, IReadOnlyList<KeyDemand>, Task<List<DataKeyGrant?>>> OnFind { get; set; }

    internal Func<Guid, IReadOnlyList<DataKeyRequest>, Task<List<DataKeyGrant>>> OnCreate { get; set; }

    internal Func<Guid, IReadOnlyList<KeyId>, Task> OnRetire { get; set; }

    internal Func<Guid, int, KeyId?, int, Task<List<DataKeyRecord>>> OnReadOutdated { get; set; }

    internal Func<Guid, IReadOnlyList<RewrappedDataKey>, Task<int>> OnReplace { get; set; }

    internal Func<Guid, int, Task<long>> OnCount { get; set; }

    internal Func<Guid, KeySubject, Task<List<KeyId>>> OnCryptoShred { get; set; }

    internal Func<Guid, OrgKeyKind, Task<List<OrgKeyRecord>>> OnFetchOrgKeys { get; set; }

    internal Func<OrgKeyRecord, Task> OnAdd { get; set; }

    internal Func<Guid, OrgKeyKind, int, KeyState, KeyState, Task<bool>> OnMove { get; set; }

    /// <summary>Changes each key that is read by its id.</summary>
    internal void AlterFetched(Func<DataKeyRecord, DataKeyRecord> alter) =>
        OnFetch = async (org, ids) => [.. (await Inner.FetchAsync(org, ids)).Select(alter)];

    /// <summary>Changes each result of FindActiveAsync.</summary>
    internal void AlterFound(Func<DataKeyGrant, DataKeyGrant?> alter) =>
        OnFind = async (org, demands) =>
            [.. (await Inner.FindActiveAsync(org, demands)).Select(g => g is null ? null : alter(g))];

    /// <summary>Changes each result of GetOrCreateAsync.</summary>
    internal void AlterCreated(Func<DataKeyGrant, DataKeyGrant> alter) =>
        OnCreate = async (org, requests) => [.. (await Inner.GetOrCreateAsync(org, requests)).Select(alter)];

    /// <summary>Changes each version of an org key that is read.</summary>
    internal void AlterVersions(Func<OrgKeyRecord, OrgKeyRecord> alter) =>
        OnFetchOrgKeys = async (org, kind) => [.. (await Inner.FetchAsync(org, kind)).Select(alter)];

    public async ValueTask<IReadOnlyList<DataKeyRecord>> FetchAsync(
        Guid orgId,
        IReadOnlyList<KeyId> keyIds,
        CancellationToken cancellationToken = default
    ) => await OnFetch(orgId, keyIds);

    public async ValueTask<IReadOnlyList<DataKeyGrant?>> FindActiveAsync(
        Guid orgId,
        IReadOnlyList<KeyDemand> demands,
        CancellationToken cancellationToken = default
    ) => await OnFind(orgId, demands);

    public async ValueTask<IReadOnlyList<DataKeyGrant>> GetOrCreateAsync(
        Guid orgId,
        IReadOnlyList<DataKeyRequest> requests,
        CancellationToken cancellationToken = default
    ) => await OnCreate(orgId, requests);

    public async ValueTask RetireAsync(
        Guid orgId,
        IReadOnlyList<KeyId> keyIds,
        CancellationToken cancellationToken = default
    ) => await OnRetire(orgId, keyIds);

    public async ValueTask<IReadOnlyList<DataKeyRecord>> ReadOutdatedAsync(
        Guid orgId,
        int epoch,
        KeyId? after,
        int limit,
        CancellationToken cancellationToken = default
    ) => await OnReadOutdated(orgId, epoch, after, limit);

    public async ValueTask<int> ReplaceAsync(
        Guid orgId,
        IReadOnlyList<RewrappedDataKey> keys,
        CancellationToken cancellationToken = default
    ) => await OnReplace(orgId, keys);

    public async ValueTask<long> CountOutdatedAsync(
        Guid orgId,
        int epoch,
        CancellationToken cancellationToken = default
    ) => await OnCount(orgId, epoch);

    public async ValueTask<IReadOnlyList<KeyId>> CryptoShredAsync(
        Guid orgId,
        KeySubject subject,
        CancellationToken cancellationToken = default
    ) => await OnCryptoShred(orgId, subject);

    public async ValueTask<IReadOnlyList<OrgKeyRecord>> FetchAsync(
        Guid orgId,
        OrgKeyKind kind,
        CancellationToken cancellationToken = default
    ) => await OnFetchOrgKeys(orgId, kind);

    public async ValueTask AddAsync(OrgKeyRecord candidate, CancellationToken cancellationToken = default) =>
        await OnAdd(candidate);

    public async ValueTask<bool> MoveAsync(
        Guid orgId,
        OrgKeyKind kind,
        int version,
        KeyState from,
        KeyState to,
        CancellationToken cancellationToken = default
    ) => await OnMove(orgId, kind, version, from, to);
}
