using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>
/// Rewraps the keys of all orgs under the provider's active root key, page by page, so that older root keys can be
/// destroyed.
/// </summary>
/// <remarks>
/// Thread-safe. It can be stopped at any time and started again: each page is one transaction, and a key that was moved
/// is not read again. Before a key is written, it is unwrapped and compared. Data and data keys are not changed.
/// </remarks>
/// <param name="root">Holds the old and the new root key. The new one is active.</param>
/// <param name="store">Stores the org keys.</param>
public sealed class RootKeyRotation(IRootKeyProvider root, IRootRewrapStore store)
{
    readonly IRootKeyProvider _root = root ?? throw new ArgumentNullException(nameof(root));
    readonly IRootRewrapStore _store = store ?? throw new ArgumentNullException(nameof(store));

    /// <summary>Gets the number of keys that are read, rewrapped and written at a time.</summary>
    /// <value>Default 500. At least 1.</value>
    public int PageSize { get; init; } = 500;

    /// <summary>Rewraps all keys that are under other root keys.</summary>
    /// <param name="progress">Receives the progress after each page.</param>
    /// <param name="cancellationToken">Cancels the run between pages. Pages that were written stay written.</param>
    /// <returns>The result. The older root keys can only be destroyed if no key remains.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RewrapVerificationFailed"/>: a rewrapped key is not the same key. Or the store or
    /// the provider failed.
    /// </exception>
    public async Task<RootRewrapProgress> RewrapAsync(
        IProgress<RootRewrapProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PageSize, 1);
        string active = await ActiveRootKeyAsync(cancellationToken).ConfigureAwait(false);
        long remaining = await _store.CountOutdatedAsync(active, cancellationToken).ConfigureAwait(false);
        long rewrapped = 0;
        long skipped = 0;
        List<RootKeyContext> failed = [];
        RootKeyContext? cursor = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<OrgKeyRecord> page = await _store
                .ReadOutdatedAsync(active, cursor, PageSize, cancellationToken)
                .ConfigureAwait(false);
            if (page.Count == 0)
                break;

            List<RewrappedOrgKey> moved = await RewrapAsync(page, failed, cancellationToken).ConfigureAwait(false);
            int replaced =
                moved.Count == 0 ? 0 : await _store.ReplaceAsync(moved, cancellationToken).ConfigureAwait(false);
            if (replaced < 0 || replaced > moved.Count || page[^1].Context == cursor)
                throw KeyFaults.StoreContract(
                    "The org key store replaced more keys than requested, or returned the same page twice."
                );

            rewrapped += replaced;
            skipped += moved.Count - replaced;
            remaining -= moved.Count;
            cursor = page[^1].Context;
            progress?.Report(new RootRewrapProgress(active, rewrapped, skipped, [.. failed], Math.Max(remaining, 0)));
        }

        remaining = await _store.CountOutdatedAsync(active, cancellationToken).ConfigureAwait(false);
        return new RootRewrapProgress(active, rewrapped, skipped, failed, remaining);
    }

    /// <summary>Destroys a root key that no longer wraps any org key. This cannot be undone.</summary>
    /// <param name="rootKeyId">The id of the root key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the provider has destroyed the key.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RootKeyInUse"/>: the root key still wraps org keys. Or the provider cannot destroy
    /// it; see <see cref="IRootKeyProvider.DestroyAsync"/>.
    /// </exception>
    public async Task DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(rootKeyId);
        long wrapped = await _store.CountUnderAsync(rootKeyId, cancellationToken).ConfigureAwait(false);
        if (wrapped > 0)
        {
            throw new CallIntelException(
                CryptoErrorCodes.RootKeyInUse,
                $"The root key cannot be destroyed, because it still wraps {wrapped} org keys.",
                "Rewrap the org keys again. Keys that are reported as failed would be lost with the root key."
            );
        }

        await _root.DestroyAsync(rootKeyId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the id of the active root key. The provider reveals it by wrapping a key.</summary>
    async Task<string> ActiveRootKeyAsync(CancellationToken cancellationToken)
    {
        using SecretKey unused = SecretKey.Generate();
        RootWrappedKey wrapped = await CallAsync(
                () =>
                    _root.WrapAsync(
                        new RootKeyContext(OrgKeyKind.Kek, Guid.Empty, 1),
                        unused.Memory,
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return wrapped.RootKeyId;
    }

    /// <summary>Rewraps a whole page, or its keys one by one if one of them cannot be unwrapped.</summary>
    async Task<List<RewrappedOrgKey>> RewrapAsync(
        IReadOnlyList<OrgKeyRecord> page,
        List<RootKeyContext> failed,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<RootWrappedKey> wrapped;
        try
        {
            wrapped = await CallAsync(
                    () =>
                        _root.RewrapManyAsync(
                            [.. page.Select(k => new RootRewrapItem(k.Context, k.Wrapped))],
                            cancellationToken
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (CallIntelException e) when (IsFaultOfTheKey(e))
        {
            if (page.Count == 1)
            {
                failed.Add(page[0].Context);
                return [];
            }

            List<RewrappedOrgKey> rest = [];
            foreach (OrgKeyRecord key in page)
                rest.AddRange(await RewrapAsync([key], failed, cancellationToken).ConfigureAwait(false));

            return rest;
        }

        if (wrapped.Count != page.Count)
            throw KeyFaults.RewrapUnverified();

        List<RewrappedOrgKey> moved =
        [
            .. page.Zip(wrapped, (key, to) => new RewrappedOrgKey(key.Context, key.Wrapped, to)),
        ];
        foreach (RewrappedOrgKey key in moved)
            await VerifyAsync(key, cancellationToken).ConfigureAwait(false);

        return moved;
    }

    async Task VerifyAsync(RewrappedOrgKey key, CancellationToken cancellationToken)
    {
        byte[] before = GC.AllocateUninitializedArray<byte>(SecretKey.Length, pinned: true);
        byte[] after = GC.AllocateUninitializedArray<byte>(SecretKey.Length, pinned: true);
        try
        {
            await _root.UnwrapAsync(key.Context, key.From, before, cancellationToken).ConfigureAwait(false);
            await _root.UnwrapAsync(key.Context, key.To, after, cancellationToken).ConfigureAwait(false);
            if (!CryptographicOperations.FixedTimeEquals(before, after))
                throw KeyFaults.RewrapUnverified();
        }
        catch (CallIntelException e) when (IsFaultOfTheKey(e))
        {
            throw KeyFaults.RewrapUnverified(e);
        }
        catch (Exception e) when (KeyFaults.IsForeign(e, cancellationToken))
        {
            throw KeyFaults.Provider(e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(before);
            CryptographicOperations.ZeroMemory(after);
        }
    }

    static async Task<T> CallAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (KeyFaults.IsForeign(e, cancellationToken))
        {
            throw KeyFaults.Provider(e);
        }
    }

    static bool IsFaultOfTheKey(CallIntelException e) =>
        e.Code
            is CryptoErrorCodes.RootUnwrapFailed
                or CryptoErrorCodes.RootKeyUnknown
                or CryptoErrorCodes.RootKeyDestroyed;
}
