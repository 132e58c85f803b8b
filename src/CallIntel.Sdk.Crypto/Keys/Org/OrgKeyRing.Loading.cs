using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class OrgKeyRing
{
    /// <summary>Returns all versions of a key of an org, from memory or from the store.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="kind">The kind of key.</param>
    /// <param name="create">Whether to create a version if none is active. If false, the result may have none.</param>
    /// <param name="cancellationToken">Stops waiting. A load that other callers wait for continues.</param>
    internal async ValueTask<OrgKeyVersions> LoadAsync(
        Guid orgId,
        OrgKeyKind kind,
        bool create,
        CancellationToken cancellationToken
    )
    {
        for (bool created = false; ; )
        {
            (Slot slot, bool own) = Join(orgId, kind);
            OrgKeyVersions versions;
            try
            {
                versions = await slot.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (!own && (slot.Task.IsFaulted || slot.Task.IsCanceled))
            {
                // That load ran with the permissions of another caller. Load again with those of this one.
                continue;
            }

            if (versions.HasActive)
                return versions;

            if (created)
                throw KeyFaults.StoreContract("The org key store returned no active version after one was added.");

            int latest = versions.LatestVersion;
            if (!create)
            {
                // The absence of a key is not cached, because another process may create one at any time.
                if (latest == 0)
                    Forget(orgId, kind);

                return versions;
            }

            if (IsPermanent(kind) && latest > 0)
            {
                throw new CallIntelException(
                    CryptoErrorCodes.OrgKeyDestroyed,
                    kind is OrgKeyKind.EventId
                        ? "The org's key for event ids cannot be unwrapped, because its root key was destroyed."
                        : "The org's key for suppression cannot be unwrapped, because its root key was destroyed.",
                    "This database is a copy from before that root key was destroyed. Restore a newer backup."
                );
            }

            await AddAsync(orgId, kind, latest + 1, cancellationToken).ConfigureAwait(false);
            Forget(orgId, kind);
            created = true;
        }
    }

    (Slot Slot, bool Own) Join(Guid orgId, OrgKeyKind kind)
    {
        lock (_state.Gate)
        {
            ObjectDisposedException.ThrowIf(_state.IsDisposed, this);
            if (_state.Slots.TryGetValue((orgId, kind), out Slot? slot) && !IsStale(slot))
                return (slot, false);

            if (slot is not null)
                Discard((orgId, kind), slot);

            // The age counts from before the query, because the answer may be old by the time it arrives.
            long startedAt = _timeProvider.GetTimestamp();
            slot = new Slot(Task.Run(() => FetchAsync(orgId, kind), CancellationToken.None), startedAt);
            _state.Slots[(orgId, kind)] = slot;
            Evict();
            SweepIn(_options.TimeToLive);
            return (slot, true);
        }
    }

    void Forget(Guid orgId, OrgKeyKind kind)
    {
        lock (_state.Gate)
        {
            if (_state.Slots.TryGetValue((orgId, kind), out Slot? slot))
                Discard((orgId, kind), slot);
        }
    }

    bool IsStale(Slot slot)
    {
        TimeSpan age = _timeProvider.GetElapsedTime(slot.StartedAt);
        return slot.Task.IsFaulted || slot.Task.IsCanceled || age >= _options.TimeToLive || age < TimeSpan.Zero;
    }

    async Task<OrgKeyVersions> FetchAsync(Guid orgId, OrgKeyKind kind) =>
        await OrgKeyVersions
            .UnwrapAsync(await ReadAsync(orgId, kind).ConfigureAwait(false), _root)
            .ConfigureAwait(false);

    async Task<IReadOnlyList<OrgKeyRecord>> ReadAsync(Guid orgId, OrgKeyKind kind)
    {
        try
        {
            IReadOnlyList<OrgKeyRecord> records = await _store.FetchAsync(orgId, kind).ConfigureAwait(false);
            return records.All(r => r.OrgId == orgId && r.Kind == kind)
                ? records
                : throw KeyFaults.StoreContract("The org key store returned a key of another org or kind.");
        }
        catch (Exception e) when (KeyFaults.IsForeign(e))
        {
            throw KeyFaults.Store(e);
        }
    }

    async Task AddAsync(Guid orgId, OrgKeyKind kind, int version, CancellationToken cancellationToken)
    {
        var context = new RootKeyContext(kind, orgId, version);
        using SecretKey key = SecretKey.Generate();
        RootWrappedKey wrapped;
        try
        {
            wrapped = await _root.WrapAsync(context, key.Memory, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (KeyFaults.IsForeign(e, cancellationToken))
        {
            throw KeyFaults.Provider(e);
        }

        try
        {
            await _store
                .AddAsync(new OrgKeyRecord(orgId, kind, version, KeyState.Active, wrapped), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (KeyFaults.IsForeign(e, cancellationToken))
        {
            throw KeyFaults.Store(e);
        }
    }
}
