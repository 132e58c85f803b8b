using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>
/// Rotates the key-encryption key of an org: creates a new epoch, rewraps all data keys under it, and then destroys the
/// old epochs. Rotate regularly: once an epoch and the root key above it are destroyed, a backup can no longer restore
/// a person who was crypto-shredded before.
/// </summary>
/// <remarks>
/// Thread-safe. After an interruption, run it again to continue. Backups still contain the wrapped key of a destroyed
/// epoch, so rotate and destroy the root key on the same schedule.
/// </remarks>
/// <param name="orgStore">Stores the org keys.</param>
/// <param name="dataStore">Stores the data keys.</param>
/// <param name="orgKeys">Unwraps the org keys.</param>
public sealed class EpochRotation(IOrgKeyStore orgStore, IDataKeyRotationStore dataStore, OrgKeyRing orgKeys)
{
    readonly IOrgKeyStore _orgStore = orgStore ?? throw new ArgumentNullException(nameof(orgStore));
    readonly IDataKeyRotationStore _dataStore = dataStore ?? throw new ArgumentNullException(nameof(dataStore));
    readonly OrgKeyRing _orgKeys = orgKeys ?? throw new ArgumentNullException(nameof(orgKeys));

    /// <summary>Gets the number of data keys that are read, rewrapped and written at a time.</summary>
    /// <value>Default 1000. At least 1.</value>
    public int PageSize { get; init; } = 1000;

    /// <summary>Creates a new epoch, makes it the active one, and rewraps all data keys under it.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="progress">Receives the progress after each page.</param>
    /// <param name="cancellationToken">
    /// Cancels the run between pages. <see cref="DekRewrapper.RunAsync"/> continues it without creating another epoch.
    /// </param>
    /// <returns>The result of the rewrap.</returns>
    /// <exception cref="CallIntelException">As for <see cref="DekRewrapper.RunAsync"/>.</exception>
    public async Task<RewrapProgress> RotateAsync(
        Guid orgId,
        IProgress<RewrapProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        await _orgKeys.RotateAsync(orgId, OrgKeyKind.Kek, cancellationToken).ConfigureAwait(false);
        return await new DekRewrapper(_dataStore, _orgKeys) { PageSize = PageSize }
            .RunAsync(orgId, progress, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Destroys all epochs older than the active one. This cannot be undone.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="cancellationToken">Cancels the run between steps.</param>
    /// <returns>The epochs that this call destroyed.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RewrapIncomplete"/>: an old epoch still wraps data keys. Nothing was destroyed.
    /// </exception>
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
                $"The old epochs cannot be destroyed, because they still wrap {remaining} data keys.",
                "Rewrap the data keys again. Restore or crypto-shred the keys that are reported as failed."
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
