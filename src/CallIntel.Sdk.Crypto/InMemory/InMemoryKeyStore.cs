using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.InMemory;

/// <summary>
/// Stores all keys in the memory of this process, for tests and for trying out the package. When the process ends, the
/// keys are lost and everything encrypted under them is unreadable.
/// </summary>
/// <remarks>Thread-safe. It stores wrapped keys only and enforces usage caps, as a database does.</remarks>
public sealed partial class InMemoryKeyStore : IDataKeyStore, IDataKeyRotationStore, IOrgKeyStore, IRootRewrapStore
{
    readonly Lock _gate = new();
    readonly SortedDictionary<(Guid OrgId, KeyId Id), Row> _keys = [];
    readonly HashSet<(Guid OrgId, KeySubject Subject)> _erased = [];

    /// <summary>A cap that is lower than those of the purposes, for tests.</summary>
    internal long Cap { get; set; } = long.MaxValue;

    internal List<DataKeyRecord> Keys
    {
        get
        {
            lock (_gate)
                return [.. _keys.Values.Select(r => r.Record)];
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DataKeyRecord>> FetchAsync(
        Guid orgId,
        IReadOnlyList<KeyId> keyIds,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keyIds);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            List<DataKeyRecord> found = [];
            foreach (KeyId id in keyIds)
            {
                if (_keys.TryGetValue((orgId, id), out Row? row))
                    found.Add(HandOut(orgId, row.Record));
            }

            return new(found);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DataKeyGrant?>> FindActiveAsync(
        Guid orgId,
        IReadOnlyList<KeyDemand> demands,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(demands);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return new((IReadOnlyList<DataKeyGrant?>)[.. demands.Select(d => FindActive(orgId, d.Subject, d.Uses))]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DataKeyGrant>> GetOrCreateAsync(
        Guid orgId,
        IReadOnlyList<DataKeyRequest> requests,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(requests);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            RequireActiveEpoch(orgId, requests);
            return new(
                (IReadOnlyList<DataKeyGrant>)
                    [.. requests.Select(r => FindActive(orgId, r.Subject, r.Uses) ?? Create(orgId, r))]
            );
        }
    }

    /// <inheritdoc/>
    public ValueTask RetireAsync(Guid orgId, IReadOnlyList<KeyId> keyIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyIds);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            foreach (KeyId id in keyIds)
            {
                if (_keys.TryGetValue((orgId, id), out Row? row) && row.Record.State == KeyState.Active)
                    Move(orgId, row, KeyState.DecryptOnly);
            }
        }

        return default;
    }

    internal long Used(Guid orgId, KeyId id)
    {
        lock (_gate)
            return _keys[(orgId, id)].Used;
    }

    internal void Put(Guid orgId, DataKeyRecord record)
    {
        lock (_gate)
        {
            _erased.Remove((orgId, record.Subject));
            _keys[(orgId, record.Id)] = new Row(record, 0);
        }
    }

    DataKeyGrant? FindActive(Guid orgId, KeySubject subject, long uses)
    {
        List<Row> own = [.. OfSubject(orgId, subject)];
        if (own.Find(r => r.Record.State == KeyState.Active) is not { } active)
        {
            if (!_erased.Contains((orgId, subject)))
                return null;

            KeyId destroyed = own.Find(r => r.Record.State == KeyState.Destroyed)?.Record.Id ?? default;
            return new DataKeyGrant(new DataKeyRecord(destroyed, subject, 1, KeyState.Destroyed, default), 0);
        }

        long granted = Reserve(orgId, active, uses);
        return granted > 0 ? new DataKeyGrant(HandOut(orgId, active.Record), granted) : null;
    }

    DataKeyGrant Create(Guid orgId, DataKeyRequest request)
    {
        foreach (Row spent in OfSubject(orgId, request.Subject).Where(r => r.Record.State == KeyState.Active).ToList())
            Move(orgId, spent, KeyState.DecryptOnly);

        var row = new Row(request.Candidate, 0);
        _keys[(orgId, request.Candidate.Id)] = row;
        return new DataKeyGrant(request.Candidate, Reserve(orgId, row, request.Uses));
    }

    /// <summary>Checks all requests before anything is stored, so that a call stores all or nothing.</summary>
    void RequireActiveEpoch(Guid orgId, IReadOnlyList<DataKeyRequest> requests)
    {
        int active = ActiveEpoch(orgId);
        if (requests.Any(r => r.Candidate.Epoch != active && NeedsCandidate(orgId, r.Subject)))
        {
            throw new CallIntelException(
                CryptoErrorCodes.OrgKeyEpochStale,
                "A new data key is wrapped under an epoch that is not the active one.",
                "Wrap it under the active epoch and repeat the call."
            );
        }
    }

    bool NeedsCandidate(Guid orgId, KeySubject subject) =>
        !_erased.Contains((orgId, subject))
        && !OfSubject(orgId, subject).Any(r => r.Record.State == KeyState.Active && Left(r) > 0);

    IEnumerable<Row> OfSubject(Guid orgId, KeySubject subject) =>
        _keys.Where(k => k.Key.OrgId == orgId && k.Value.Record.Subject == subject).Select(k => k.Value);

    long Reserve(Guid orgId, Row row, long uses)
    {
        long granted = Math.Clamp(Left(row), 0, uses);
        _keys[(orgId, row.Record.Id)] = row with { Used = row.Used + granted };
        return granted;
    }

    long Left(Row row) => Math.Min(Cap, row.Record.Purpose.UsageCap) - row.Used;

    void Move(Guid orgId, Row row, KeyState state) =>
        _keys[(orgId, row.Record.Id)] = row with { Record = row.Record with { State = state } };

    sealed record Row(DataKeyRecord Record, long Used);
}
