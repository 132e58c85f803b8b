using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.InMemory;

public sealed partial class InMemoryKeyStore
{
    readonly SortedDictionary<(Guid OrgId, OrgKeyKind Kind, int Version), OrgKeyRecord> _orgKeys = [];

    internal IReadOnlyList<OrgKeyRecord> OrgKeys
    {
        get
        {
            lock (_gate)
                return [.. _orgKeys.Values];
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OrgKeyRecord>> FetchAsync(
        Guid orgId,
        OrgKeyKind kind,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return new((IReadOnlyList<OrgKeyRecord>)[.. VersionsOf(orgId, kind)]);
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(OrgKeyRecord candidate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_orgKeys.ContainsKey((candidate.OrgId, candidate.Kind, candidate.Version)))
                return default;

            foreach (
                OrgKeyRecord active in VersionsOf(candidate.OrgId, candidate.Kind)
                    .Where(k => k.State == KeyState.Active)
                    .ToList()
            )
                Put(active with { State = KeyState.DecryptOnly });

            Put(candidate);
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> MoveAsync(
        Guid orgId,
        OrgKeyKind kind,
        int version,
        KeyState from,
        KeyState to,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_orgKeys.TryGetValue((orgId, kind, version), out OrgKeyRecord? key) || key.State != from)
                return new(false);

            if (
                to == KeyState.Destroyed
                && kind == OrgKeyKind.Kek
                && Outdated(orgId, version + 1).Any(k => k.Epoch == version)
            )
            {
                throw new CallIntelException(
                    CryptoErrorCodes.RewrapIncomplete,
                    "The epoch cannot be destroyed, because it still wraps data keys.",
                    "Rewrap the data keys again. Restore or crypto-shred the keys that are reported as failed."
                );
            }

            Put(
                key with
                {
                    State = to,
                    Wrapped =
                        to == KeyState.Destroyed ? new RootWrappedKey(key.Wrapped.RootKeyId, default) : key.Wrapped,
                }
            );
        }

        return new(true);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OrgKeyRecord>> ReadOutdatedAsync(
        string rootKeyId,
        RootKeyContext? after,
        int limit,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            IEnumerable<OrgKeyRecord> outdated = _orgKeys.Values.Where(k =>
                k.State != KeyState.Destroyed && k.Wrapped.RootKeyId != rootKeyId
            );
            if (after is { } last)
                outdated = outdated.Where(k =>
                    (k.OrgId, k.Kind, k.Version).CompareTo((last.OrgId, last.Kind, last.Version)) > 0
                );

            return new((IReadOnlyList<OrgKeyRecord>)[.. outdated.Take(limit)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> ReplaceAsync(
        IReadOnlyList<RewrappedOrgKey> keys,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        cancellationToken.ThrowIfCancellationRequested();
        int replaced = 0;
        lock (_gate)
        {
            foreach (RewrappedOrgKey key in keys)
            {
                if (
                    !_orgKeys.TryGetValue(
                        (key.Context.OrgId, key.Context.Kind, key.Context.Version),
                        out OrgKeyRecord? stored
                    )
                    || stored.State == KeyState.Destroyed
                    || stored.Wrapped.RootKeyId != key.From.RootKeyId
                    || !stored.Wrapped.Ciphertext.Span.SequenceEqual(key.From.Ciphertext.Span)
                )
                    continue;

                Put(stored with { Wrapped = key.To });
                replaced++;
            }
        }

        return new(replaced);
    }

    /// <inheritdoc/>
    public ValueTask<long> CountOutdatedAsync(string rootKeyId, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return new(
                _orgKeys.Values.LongCount(k => k.State != KeyState.Destroyed && k.Wrapped.RootKeyId != rootKeyId)
            );
    }

    /// <inheritdoc/>
    public ValueTask<long> CountUnderAsync(string rootKeyId, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return new(
                _orgKeys.Values.LongCount(k => k.State != KeyState.Destroyed && k.Wrapped.RootKeyId == rootKeyId)
            );
    }

    internal void Put(OrgKeyRecord key) => _orgKeys[(key.OrgId, key.Kind, key.Version)] = key;

    int ActiveEpoch(Guid orgId) =>
        VersionsOf(orgId, OrgKeyKind.Kek)
            .Where(k => k.State == KeyState.Active)
            .Select(k => k.Version)
            .DefaultIfEmpty()
            .Max();

    IEnumerable<OrgKeyRecord> VersionsOf(Guid orgId, OrgKeyKind kind) =>
        _orgKeys.Values.Where(k => k.OrgId == orgId && k.Kind == kind);
}
