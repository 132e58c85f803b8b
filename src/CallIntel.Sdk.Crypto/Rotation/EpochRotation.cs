using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>
/// Replaces the epoch of an org: a new one becomes active, all data keys move to it, and only then are the old ones destroyed. How often
/// this runs is the erasure horizon: the time after which a backup can no longer bring a shredded person back.
/// </summary>
/// <remarks>
/// Thread-safe, and resumable: whichever step was reached, running it again goes on from there. The wrapped key of an old epoch is removed
/// from the store; that backups hold it still is why the root key that wrapped it has to be rotated and destroyed on the same schedule.
/// </remarks>
/// <param name="orgStore">Keeps the org keys.</param>
/// <param name="dataStore">Keeps the data keys.</param>
/// <param name="orgKeys">Holds the org keys.</param>
public sealed class EpochRotation(IOrgKeyStore orgStore, IDataKeyRotationStore dataStore, OrgKeyRing orgKeys)
{
    private readonly IOrgKeyStore _orgStore = orgStore ?? throw new ArgumentNullException(nameof(orgStore));
    private readonly IDataKeyRotationStore _dataStore = dataStore ?? throw new ArgumentNullException(nameof(dataStore));
    private readonly OrgKeyRing _orgKeys = orgKeys ?? throw new ArgumentNullException(nameof(orgKeys));

    /// <summary>Makes a new epoch the active one and moves all data keys to it.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="options">How the rewrap runs.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="cancellationToken">Stops it; <see cref="DekRewrapper.RunAsync"/> goes on later without another new epoch.</param>
    /// <returns>The result of the rewrap.</returns>
    /// <exception cref="CallIntelException">The store or the provider failed.</exception>
    public async Task<RewrapProgress> RotateAsync(
        Guid orgId,
        RewrapOptions? options = null,
        IProgress<RewrapProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        await _orgKeys.RotateAsync(orgId, OrgKeyKind.Kek, cancellationToken).ConfigureAwait(false);
        return await new DekRewrapper(_dataStore, _orgKeys)
            .RunAsync(orgId, options, progress, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Destroys all epochs older than the active one. Irreversible.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="cancellationToken">Stops it between steps.</param>
    /// <returns>The epochs that were destroyed now.</returns>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.RewrapIncomplete"/>: a data key is still wrapped under one of them; nothing was destroyed.</exception>
    public async Task<IReadOnlyList<int>> DestroyOldEpochsAsync(
        Guid orgId,
        CancellationToken cancellationToken = default
    )
    {
        IReadOnlyList<OrgKeyRecord> epochs = await _orgStore
            .FetchAsync(orgId, OrgKeyKind.Kek, cancellationToken)
            .ConfigureAwait(false);
        int active = epochs.Where(e => e.State == KeyState.Active).Select(e => e.Version).DefaultIfEmpty().Max();
        long remaining = await _dataStore.CountOutdatedAsync(orgId, active, cancellationToken).ConfigureAwait(false);
        if (remaining > 0)
        {
            throw new CallIntelException(
                CryptoErrorCodes.RewrapIncomplete,
                $"{remaining} data keys are still wrapped under an epoch that was to be destroyed.",
                "Run the rewrap again; keys it reports as failed have to be repaired or shredded first."
            );
        }

        List<int> destroyed = [];
        foreach (
            OrgKeyRecord epoch in epochs
                .Where(e => e.Version < active && e.State != KeyState.Destroyed)
                .OrderBy(e => e.Version)
        )
        {
            for (KeyState state = epoch.State; state != KeyState.Destroyed; state++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await _orgStore
                    .MoveAsync(orgId, OrgKeyKind.Kek, epoch.Version, state, state + 1, cancellationToken)
                    .ConfigureAwait(false);
            }

            destroyed.Add(epoch.Version);
        }

        _orgKeys.Invalidate(orgId);
        return destroyed;
    }
}
