using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests;

/// <summary>The stores as their contracts say, in memory: what is in here counts as durable, what a cache holds does not.</summary>
internal sealed class MemoryKeyStore : IDataKeyStore, IDataKeyRotationStore, IOrgKeyStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<KeyId, Row> _keys = [];
    private readonly List<OrgKeyRecord> _orgKeys = [];

    internal long CapOverride { get; set; } = long.MaxValue;

    internal int Fetches { get; private set; }

    internal int Creations { get; private set; }

    /// <summary>Awaited in the middle of each call, after it read and before it answers.</summary>
    internal Func<Task> Pause { get; set; } = () => Task.CompletedTask;

    internal Func<DataKeyRecord, DataKeyRecord> OnFetch { get; set; } = r => r;

    internal Func<DataKeyGrant, DataKeyGrant> OnGrant { get; set; } = g => g;

    internal Func<List<DataKeyGrant>, List<DataKeyGrant>> OnGrants { get; set; } = g => g;

    internal Func<OrgKeyRecord, OrgKeyRecord> OnOrgKey { get; set; } = r => r;

    internal IReadOnlyList<OrgKeyRecord> OrgKeys => _orgKeys;

    internal List<DataKeyRecord> Keys
    {
        get
        {
            lock (_gate)
                return [.. _keys.Values.Select(r => r.Record)];
        }
    }

    internal long Used(KeyId id) => _keys[id].Used;

    internal void Put(DataKeyRecord record, KeySubject subject)
    {
        lock (_gate)
            _keys[record.Id] = new Row(record, subject, 0);
    }

    public async ValueTask<IReadOnlyList<DataKeyRecord>> FetchAsync(Guid orgId, IReadOnlyList<KeyId> keyIds, CancellationToken cancellationToken = default)
    {
        List<DataKeyRecord> found;
        lock (_gate)
        {
            Fetches++;
            found = [.. keyIds.Where(_keys.ContainsKey).Select(id => OnFetch(_keys[id].Record))];
        }

        await Pause();
        return found;
    }

    public async ValueTask<IReadOnlyList<DataKeyGrant>> GetOrCreateAsync(
        Guid orgId, IReadOnlyList<DataKeyRequest> requests, CancellationToken cancellationToken = default)
    {
        List<DataKeyGrant> grants = [];
        lock (_gate)
        {
            Creations++;
            foreach (DataKeyRequest request in requests)
                grants.Add(OnGrant(GetOrCreate(orgId, request)));
        }

        await Pause();
        return OnGrants(grants);
    }

    public ValueTask<long> ReserveAsync(Guid orgId, KeyId keyId, long uses, long cap, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return new(Reserve(keyId, uses, cap));
    }

    public ValueTask<IReadOnlyList<DataKeyRecord>> ReadOutdatedAsync(
        Guid orgId, int epoch, KeyId? after, int limit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return new((IReadOnlyList<DataKeyRecord>)[.. Outdated(epoch).Where(r => after is null || r.Id > after).Take(limit)]);
    }

    public ValueTask<int> ReplaceAsync(Guid orgId, IReadOnlyList<RewrappedDataKey> keys, CancellationToken cancellationToken = default)
    {
        int replaced = 0;
        lock (_gate)
        {
            foreach (RewrappedDataKey key in keys)
            {
                Row row = _keys[key.Id];
                if (row.Record.Epoch != key.FromEpoch || row.Record.State == KeyState.Destroyed)
                    continue;

                _keys[key.Id] = row with { Record = row.Record with { Epoch = key.ToEpoch, Wrapped = key.Wrapped } };
                replaced++;
            }
        }

        return new(replaced);
    }

    public ValueTask<long> CountOutdatedAsync(Guid orgId, int epoch, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return new(Outdated(epoch).LongCount());
    }

    public ValueTask<IReadOnlyList<KeyId>> ShredAsync(Guid orgId, KeySubject subject, CancellationToken cancellationToken = default)
    {
        List<KeyId> shredded = [];
        lock (_gate)
        {
            foreach (Row row in _keys.Values.Where(r => r.Subject == subject).ToList())
            {
                _keys[row.Record.Id] = row with { Record = row.Record with { State = KeyState.Destroyed, Wrapped = default } };
                shredded.Add(row.Record.Id);
            }
        }

        return new(shredded);
    }

    public ValueTask<IReadOnlyList<OrgKeyRecord>> FetchAsync(Guid orgId, OrgKeyKind kind, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return new((IReadOnlyList<OrgKeyRecord>)[.. _orgKeys.Where(k => k.OrgId == orgId && k.Kind == kind).Select(k => OnOrgKey(k))]);
    }

    public ValueTask AddAsync(OrgKeyRecord candidate, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_orgKeys.Any(k => Same(k, candidate.OrgId, candidate.Kind, candidate.Version)))
                return default;

            for (int i = 0; i < _orgKeys.Count; i++)
            {
                if (_orgKeys[i].OrgId == candidate.OrgId && _orgKeys[i].Kind == candidate.Kind && _orgKeys[i].State == KeyState.Active)
                    _orgKeys[i] = _orgKeys[i] with { State = KeyState.DecryptOnly };
            }

            _orgKeys.Add(candidate);
        }

        return default;
    }

    public ValueTask<bool> MoveAsync(Guid orgId, OrgKeyKind kind, int version, KeyState from, KeyState to, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            int index = _orgKeys.FindIndex(k => Same(k, orgId, kind, version));
            if (_orgKeys[index].State != from)
                return new(false);

            RootWrappedKey wrapped = to == KeyState.Destroyed ? new RootWrappedKey(_orgKeys[index].Wrapped.RootKeyId, default) : _orgKeys[index].Wrapped;
            _orgKeys[index] = _orgKeys[index] with { State = to, Wrapped = wrapped };
        }

        return new(true);
    }

    private static bool Same(OrgKeyRecord key, Guid orgId, OrgKeyKind kind, int version) =>
        key.OrgId == orgId && key.Kind == kind && key.Version == version;

    private IEnumerable<DataKeyRecord> Outdated(int epoch) =>
        _keys.Values.Select(r => r.Record).Where(r => r.Epoch < epoch && r.State != KeyState.Destroyed);

    private DataKeyGrant GetOrCreate(Guid orgId, DataKeyRequest request)
    {
        Row? active = _keys.Values.FirstOrDefault(r => r.Subject == request.Subject && r.Record.State == KeyState.Active);
        if (active is not null)
        {
            long granted = Reserve(active.Record.Id, request.Uses, request.UsageCap);
            if (granted > 0)
                return new DataKeyGrant(active.Record, granted);

            _keys[active.Record.Id] = active with { Record = active.Record with { State = KeyState.DecryptOnly } };
        }

        int epoch = _orgKeys.Single(k => k.OrgId == orgId && k.Kind == OrgKeyKind.Kek && k.State == KeyState.Active).Version;
        if (request.Candidate.Epoch != epoch)
            throw new CallIntelException(CryptoErrorCodes.OrgKeyEpochStale, "Stale.", "Wrap anew.");

        _keys[request.Candidate.Id] = new Row(request.Candidate, request.Subject, 0);
        return new DataKeyGrant(request.Candidate, Reserve(request.Candidate.Id, request.Uses, request.UsageCap));
    }

    private long Reserve(KeyId id, long uses, long cap)
    {
        Row row = _keys[id];
        long granted = Math.Max(0, Math.Min(uses, Math.Min(cap, CapOverride) - row.Used));
        _keys[id] = row with { Used = row.Used + granted };
        return granted;
    }

    private sealed record Row(DataKeyRecord Record, KeySubject Subject, long Used);
}
