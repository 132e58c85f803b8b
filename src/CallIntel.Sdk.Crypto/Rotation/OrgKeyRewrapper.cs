using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>Moves the keys of an org to the active root key, so that the root key before it can be destroyed.</summary>
/// <remarks>Thread-safe and resumable: what moved already is left alone.</remarks>
/// <param name="store">Keeps the org keys.</param>
/// <param name="root">Holds the root keys.</param>
/// <param name="orgKeys">Forgets what it holds, so that it reads the moved keys.</param>
public sealed class OrgKeyRewrapper(IOrgKeyStore store, IRootKeyProvider root, OrgKeyRing orgKeys)
{
    private readonly IOrgKeyStore _store = store ?? throw new ArgumentNullException(nameof(store));
    private readonly IRootKeyProvider _root = root ?? throw new ArgumentNullException(nameof(root));
    private readonly OrgKeyRing _orgKeys = orgKeys ?? throw new ArgumentNullException(nameof(orgKeys));

    /// <summary>Moves all keys that are not destroyed, of every kind. Each is unwrapped again and compared before it replaces the one before.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="cancellationToken">Stops it between kinds.</param>
    /// <returns>How many keys moved; 0 when all were under the active root key.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RewrapVerificationFailed"/>, <see cref="CryptoErrorCodes.RootKeyDestroyed"/> for a key whose root key is gone, or the store or the provider failed.
    /// </exception>
    public async Task<int> RunAsync(Guid orgId, CancellationToken cancellationToken = default)
    {
        int moved = 0;
        foreach (OrgKeyKind kind in Enum.GetValues<OrgKeyKind>())
        {
            IReadOnlyList<OrgKeyRecord> records = await _store.FetchAsync(orgId, kind, cancellationToken).ConfigureAwait(false);
            OrgKeyRecord[] live = [.. records.Where(r => r.State != KeyState.Destroyed)];
            if (live.Length == 0)
                continue;

            List<RewrappedOrgKey> rewrapped = await RewrapAsync(live, cancellationToken).ConfigureAwait(false);
            if (rewrapped.Count > 0)
                moved += await _store.ReplaceAsync(orgId, kind, rewrapped, cancellationToken).ConfigureAwait(false);
        }

        _orgKeys.Invalidate(orgId);
        return moved;
    }

    private async Task<List<RewrappedOrgKey>> RewrapAsync(OrgKeyRecord[] live, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<RootWrappedKey> wrapped = await _root.RewrapManyAsync(
                [.. live.Select(r => new RootRewrapItem(r.Context, r.Wrapped))], cancellationToken).ConfigureAwait(false);
            List<RewrappedOrgKey> moved = [];
            for (int i = 0; i < live.Length; i++)
            {
                if (wrapped[i].RootKeyId == live[i].Wrapped.RootKeyId)
                    continue;

                await VerifyAsync(live[i], wrapped[i], cancellationToken).ConfigureAwait(false);
                moved.Add(new RewrappedOrgKey(live[i].Version, live[i].Wrapped.RootKeyId, wrapped[i]));
            }

            return moved;
        }
        catch (Exception e) when (KeyFaults.IsForeign(e))
        {
            throw KeyFaults.Provider(e);
        }
    }

    private async Task VerifyAsync(OrgKeyRecord before, RootWrappedKey after, CancellationToken cancellationToken)
    {
        byte[] keys = GC.AllocateUninitializedArray<byte>(2 * SecretKey.Length, pinned: true);
        try
        {
            await _root.UnwrapAsync(before.Context, before.Wrapped, keys.AsMemory(0, SecretKey.Length), cancellationToken).ConfigureAwait(false);
            await _root.UnwrapAsync(before.Context, after, keys.AsMemory(SecretKey.Length), cancellationToken).ConfigureAwait(false);
            if (!CryptographicOperations.FixedTimeEquals(keys.AsSpan(0, SecretKey.Length), keys.AsSpan(SecretKey.Length)))
            {
                throw new CallIntelException(
                    CryptoErrorCodes.RewrapVerificationFailed,
                    "An org key that was just wrapped did not come back the same.",
                    "The key before it is untouched; find out what is wrong with the root key provider.");
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }
}
