using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>Moves the data keys of an org to its active epoch, page by page. Data is not touched: its cost follows the number of persons, not of rows.</summary>
/// <remarks>
/// Thread-safe. It can be killed at any moment and started again: each page is one transaction, and a key that was moved is not read again.
/// Each key is unwrapped once more after it was wrapped and compared with its id before it is written.
/// </remarks>
/// <param name="store">Keeps the data keys.</param>
/// <param name="orgKeys">Holds the org keys.</param>
public sealed class DekRewrapper(IDataKeyRotationStore store, OrgKeyRing orgKeys)
{
    private readonly IDataKeyRotationStore _store = store ?? throw new ArgumentNullException(nameof(store));
    private readonly OrgKeyRing _orgKeys = orgKeys ?? throw new ArgumentNullException(nameof(orgKeys));

    /// <summary>Moves all keys that are under older epochs.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="options">How it runs. Default: that of <see cref="RewrapOptions"/>.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="cancellationToken">Stops it between pages; what was done stays done.</param>
    /// <returns>The result. The older epochs may be destroyed only if nothing remains.</returns>
    /// <exception cref="CallIntelException">The store or the provider failed, or <see cref="CryptoErrorCodes.RewrapVerificationFailed"/>.</exception>
    public async Task<RewrapProgress> RunAsync(
        Guid orgId,
        RewrapOptions? options = null,
        IProgress<RewrapProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new RewrapOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PageSize, 1, nameof(options));
        int epoch;
        using (OrgKek active = await _orgKeys.GetActiveKekAsync(orgId, cancellationToken).ConfigureAwait(false))
            epoch = active.Epoch;

        long remaining = await _store.CountOutdatedAsync(orgId, epoch, cancellationToken).ConfigureAwait(false);
        long rewrapped = 0;
        long skipped = 0;
        List<KeyId> failed = [];
        KeyId? cursor = options.ResumeAfter;

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<DataKeyRecord> page = await _store
                .ReadOutdatedAsync(orgId, epoch, cursor, options.PageSize, cancellationToken)
                .ConfigureAwait(false);
            if (page.Count == 0)
                break;

            List<RewrappedDataKey> moved = await RewrapAsync(orgId, page, epoch, failed, cancellationToken)
                .ConfigureAwait(false);
            int replaced =
                moved.Count == 0 ? 0 : await _store.ReplaceAsync(orgId, moved, cancellationToken).ConfigureAwait(false);
            if (replaced < 0 || replaced > moved.Count || (cursor is { } last && page[0].Id <= last))
                throw KeyFaults.StoreContract(
                    "The data key store replaced more keys than it was given, or read the same page twice."
                );

            rewrapped += replaced;
            skipped += moved.Count - replaced;
            remaining -= moved.Count;
            cursor = page[^1].Id;
            progress?.Report(
                new RewrapProgress(orgId, epoch, rewrapped, skipped, [.. failed], Math.Max(remaining, 0), cursor)
            );
        }

        remaining = await _store.CountOutdatedAsync(orgId, epoch, cancellationToken).ConfigureAwait(false);
        return new RewrapProgress(orgId, epoch, rewrapped, skipped, failed, remaining, cursor);
    }

    /// <summary>Takes the org keys for one page only: a run may take longer than handles may be held.</summary>
    private async ValueTask<List<RewrappedDataKey>> RewrapAsync(
        Guid orgId,
        IReadOnlyList<DataKeyRecord> page,
        int epoch,
        List<KeyId> failed,
        CancellationToken cancellationToken
    )
    {
        using OrgKek target = await _orgKeys.GetKekAsync(orgId, epoch, cancellationToken).ConfigureAwait(false);
        using var sources = new EpochKeks(_orgKeys, orgId);
        return await RewrapAsync(page, target, sources, failed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Wraps one page; also what a benchmark of the cryptography alone calls.</summary>
    internal static async ValueTask<List<RewrappedDataKey>> RewrapAsync(
        IReadOnlyList<DataKeyRecord> page,
        OrgKek target,
        EpochKeks sources,
        List<KeyId> failed,
        CancellationToken cancellationToken
    )
    {
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

    private static RewrappedDataKey Rewrap(DataKeyRecord record, DataKey key, OrgKek target)
    {
        byte[] wrapped = target.Wrap(key);
        try
        {
            // Unwrap compares with the id, and the id commits to the key.
            target.Unwrap(record with { Epoch = target.Epoch, Wrapped = wrapped }).Dispose();
        }
        catch (CallIntelException e)
        {
            throw new CallIntelException(
                CryptoErrorCodes.RewrapVerificationFailed,
                "A key that was just wrapped did not come back the same.",
                "Nothing of this page was changed; check the machine's memory and the cryptographic library before trying again.",
                e
            );
        }

        return new RewrappedDataKey(record.Id, record.Epoch, target.Epoch, wrapped);
    }
}
