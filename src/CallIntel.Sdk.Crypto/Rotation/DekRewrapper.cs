using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>
/// Rewraps the data keys of an org under its active epoch, page by page. Data is not changed, so the cost depends on
/// the number of persons, not of rows.
/// </summary>
/// <remarks>
/// Thread-safe. It can be stopped at any time and started again: each page is one transaction, and a key that was moved
/// is not read again. Before a key is written, it is unwrapped and compared with its id.
/// </remarks>
/// <param name="store">Stores the data keys.</param>
/// <param name="orgKeys">Unwraps the org keys.</param>
public sealed class DekRewrapper(IDataKeyRotationStore store, OrgKeyRing orgKeys)
{
    readonly IDataKeyRotationStore _store = store ?? throw new ArgumentNullException(nameof(store));
    readonly OrgKeyRing _orgKeys = orgKeys ?? throw new ArgumentNullException(nameof(orgKeys));

    /// <summary>Gets the number of keys that are read, rewrapped and written at a time.</summary>
    /// <value>Default 1000. At least 1.</value>
    public int PageSize { get; init; } = 1000;

    /// <summary>Rewraps all keys that are under older epochs.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="progress">Receives the progress after each page.</param>
    /// <param name="cancellationToken">Cancels the run between pages. Pages that were written stay written.</param>
    /// <returns>The result. The older epochs can only be destroyed if no key remains.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RewrapVerificationFailed"/>: a rewrapped key is not the same key. Or the store or
    /// the provider failed.
    /// </exception>
    public async Task<RewrapProgress> RunAsync(
        Guid orgId,
        IProgress<RewrapProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PageSize, 1);
        int epoch;
        using (OrgKek active = await _orgKeys.GetActiveKekAsync(orgId, cancellationToken).ConfigureAwait(false))
            epoch = active.Epoch;

        long remaining = await _store.CountOutdatedAsync(orgId, epoch, cancellationToken).ConfigureAwait(false);
        long rewrapped = 0;
        long skipped = 0;
        List<KeyId> failed = [];
        KeyId? last = null;

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<DataKeyRecord> page = await _store
                .ReadOutdatedAsync(orgId, epoch, last, PageSize, cancellationToken)
                .ConfigureAwait(false);
            if (page.Count == 0)
                break;

            List<RewrappedDataKey> moved = await RewrapAsync(orgId, page, epoch, failed, cancellationToken)
                .ConfigureAwait(false);
            int replaced =
                moved.Count == 0 ? 0 : await _store.ReplaceAsync(orgId, moved, cancellationToken).ConfigureAwait(false);
            if (replaced < 0 || replaced > moved.Count || page[0].Id <= last)
                throw KeyFaults.StoreContract(
                    "The data key store replaced more keys than requested, or returned the same page twice."
                );

            rewrapped += replaced;
            skipped += moved.Count - replaced;
            remaining -= moved.Count;
            last = page[^1].Id;
            progress?.Report(new RewrapProgress(orgId, epoch, rewrapped, skipped, [.. failed], Math.Max(remaining, 0)));
        }

        remaining = await _store.CountOutdatedAsync(orgId, epoch, cancellationToken).ConfigureAwait(false);
        return new RewrapProgress(orgId, epoch, rewrapped, skipped, failed, remaining);
    }

    /// <summary>
    /// Rewraps one page. The org keys are loaded for each page, because a run can outlast the deadline of handles.
    /// </summary>
    async ValueTask<List<RewrappedDataKey>> RewrapAsync(
        Guid orgId,
        IReadOnlyList<DataKeyRecord> page,
        int epoch,
        List<KeyId> failed,
        CancellationToken cancellationToken
    )
    {
        using OrgKek target = await _orgKeys.GetKekAsync(orgId, epoch, cancellationToken).ConfigureAwait(false);
        using var sources = new EpochKeks(_orgKeys, orgId);
        var moved = new List<RewrappedDataKey>(page.Count);
        foreach (DataKeyRecord record in page)
        {
            DataKey key;
            try
            {
                key = await sources.UnwrapAsync(record, cancellationToken).ConfigureAwait(false);
            }
            catch (CallIntelException e) when (KeyFaults.IsFaultOfTheKey(e))
            {
                failed.Add(record.Id);
                continue;
            }

            using (key)
                moved.Add(Rewrap(record, key, target));
        }

        return moved;
    }

    static RewrappedDataKey Rewrap(DataKeyRecord record, DataKey key, OrgKek target)
    {
        byte[] wrapped = target.Wrap(key);
        try
        {
            // Unwrap compares the key with its id, which commits to the key.
            target.Unwrap(record with { Epoch = target.Epoch, Wrapped = wrapped }).Dispose();
        }
        catch (CallIntelException e)
        {
            throw KeyFaults.RewrapUnverified(e);
        }

        return new RewrappedDataKey(record.Id, record.Epoch, target.Epoch, wrapped);
    }
}
