using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>Moves the keys of all orgs to the provider's active root key, page by page, so that the one before can be destroyed.</summary>
/// <remarks>
/// Thread-safe. It can be killed at any moment and started again: each page is one transaction, and a key that was moved is not read again.
/// Each key is unwrapped once more after it was wrapped and compared before it is written. Data and data keys are not touched.
/// </remarks>
/// <param name="root">Has the old root key and the new one; the new one is active.</param>
/// <param name="store">Keeps the org keys.</param>
public sealed class RootKeyRotation(IRootKeyProvider root, IRootRewrapStore store)
{
    private readonly IRootKeyProvider _root = root ?? throw new ArgumentNullException(nameof(root));
    private readonly IRootRewrapStore _store = store ?? throw new ArgumentNullException(nameof(store));

    /// <summary>How many keys are read, wrapped and written at a time.</summary>
    /// <value>Default 500. At least 1.</value>
    public int PageSize { get; init; } = 500;

    /// <summary>Moves all keys that are under other root keys.</summary>
    /// <param name="progress">Told after each page.</param>
    /// <param name="cancellationToken">Stops it between pages; what was done stays done.</param>
    /// <returns>The result. The older root keys may be destroyed only if nothing remains.</returns>
    /// <exception cref="CallIntelException">The store or the provider failed, or <see cref="CryptoErrorCodes.RewrapVerificationFailed"/>.</exception>
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
                    "The org key store replaced more keys than it was given, or read the same page twice."
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

    /// <summary>Destroys a root key that wraps no key of an org any more. Irreversible.</summary>
    /// <param name="rootKeyId">The root key.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that ends when the provider has destroyed it.</returns>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.RootKeyInUse"/>: a key is still under it; or the provider refused.</exception>
    public async Task DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(rootKeyId);
        long wrapped = await _store.CountUnderAsync(rootKeyId, cancellationToken).ConfigureAwait(false);
        if (wrapped > 0)
        {
            throw new CallIntelException(
                CryptoErrorCodes.RootKeyInUse,
                $"{wrapped} keys of orgs are still wrapped under the root key that was to be destroyed.",
                "Rewrap the org keys again; what it reports as failed would be lost with the root key."
            );
        }

        await _root.DestroyAsync(rootKeyId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A provider tells which root key is active by using it.</summary>
    private async Task<string> ActiveRootKeyAsync(CancellationToken cancellationToken)
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

    /// <summary>A page at once; one by one if one of its keys is at fault.</summary>
    private async Task<List<RewrappedOrgKey>> RewrapAsync(
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
            throw Unverified();

        List<RewrappedOrgKey> moved =
        [
            .. page.Zip(wrapped, (key, to) => new RewrappedOrgKey(key.Context, key.Wrapped, to)),
        ];
        foreach (RewrappedOrgKey key in moved)
            await VerifyAsync(key, cancellationToken).ConfigureAwait(false);

        return moved;
    }

    private async Task VerifyAsync(RewrappedOrgKey key, CancellationToken cancellationToken)
    {
        byte[] before = GC.AllocateUninitializedArray<byte>(SecretKey.Length, pinned: true);
        byte[] after = GC.AllocateUninitializedArray<byte>(SecretKey.Length, pinned: true);
        try
        {
            await _root.UnwrapAsync(key.Context, key.From, before, cancellationToken).ConfigureAwait(false);
            await _root.UnwrapAsync(key.Context, key.To, after, cancellationToken).ConfigureAwait(false);
            if (!CryptographicOperations.FixedTimeEquals(before, after))
                throw Unverified();
        }
        catch (CallIntelException e) when (IsFaultOfTheKey(e))
        {
            throw Unverified(e);
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

    private static async Task<T> CallAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken)
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

    private static bool IsFaultOfTheKey(CallIntelException e) =>
        e.Code
            is CryptoErrorCodes.RootUnwrapFailed
                or CryptoErrorCodes.RootKeyUnknown
                or CryptoErrorCodes.RootKeyDestroyed;

    private static CallIntelException Unverified(Exception? inner = null) =>
        new(
            CryptoErrorCodes.RewrapVerificationFailed,
            "A key that was just wrapped did not come back the same.",
            "Nothing of this page was changed; check the machine's memory, the cryptographic library and the provider before trying again.",
            inner
        );
}
