using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>What a change of root key needs of the store of org keys, across all orgs. Apart from <see cref="IOrgKeyStore"/>: operations may use it, sessions not.</summary>
/// <remarks>Implementations are thread-safe; each call is one transaction, and what it answers is durable.</remarks>
public interface IRootRewrapStore
{
    /// <summary>Reads keys that are not destroyed and are under another root key, in the order of org, kind and version.</summary>
    /// <param name="rootKeyId">The root key that keys are moved to.</param>
    /// <param name="after">Only keys that come after this one; <see langword="null"/> for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The keys; none when there are no more.</returns>
    ValueTask<IReadOnlyList<OrgKeyRecord>> ReadOutdatedAsync(
        string rootKeyId,
        RootKeyContext? after,
        int limit,
        CancellationToken cancellationToken = default
    );

    /// <summary>Replaces wrapped keys. One that is not as it was read any more is left alone.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many were replaced.</returns>
    ValueTask<int> ReplaceAsync(IReadOnlyList<RewrappedOrgKey> keys, CancellationToken cancellationToken = default);

    /// <summary>Counts the keys that are not destroyed and are under another root key.</summary>
    /// <param name="rootKeyId">The root key that keys are moved to.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many are left.</returns>
    ValueTask<long> CountOutdatedAsync(string rootKeyId, CancellationToken cancellationToken = default);

    /// <summary>Counts the keys that are not destroyed and are under a root key.</summary>
    /// <param name="rootKeyId">The root key.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many it wraps.</returns>
    ValueTask<long> CountUnderAsync(string rootKeyId, CancellationToken cancellationToken = default);
}
