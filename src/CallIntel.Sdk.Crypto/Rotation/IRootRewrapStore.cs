using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>
/// Rewraps the stored keys of all orgs under another root key. Separate from <see cref="IOrgKeyStore"/>, so that only
/// maintenance gets access to it.
/// </summary>
/// <remarks>
/// Implementations are thread-safe. Each call is one transaction, and what it returns is durable. Destroyed keys are
/// never read or counted.
/// </remarks>
public interface IRootRewrapStore
{
    /// <summary>Reads keys that are wrapped under another root key, in the order of org, kind and version.</summary>
    /// <param name="rootKeyId">The root key that keys are moved to.</param>
    /// <param name="after">
    /// Only keys that sort after this one are read; <see langword="null"/> for the first page.
    /// </param>
    /// <param name="limit">The maximum number of keys.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The keys; empty after the last page.</returns>
    ValueTask<IReadOnlyList<OrgKeyRecord>> ReadOutdatedAsync(
        string rootKeyId,
        RootKeyContext? after,
        int limit,
        CancellationToken cancellationToken = default
    );

    /// <summary>Replaces wrapped keys. A key that has changed since it was read is left unchanged.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of keys that were replaced.</returns>
    ValueTask<int> ReplaceAsync(IReadOnlyList<RewrappedOrgKey> keys, CancellationToken cancellationToken = default);

    /// <summary>Counts the keys that are wrapped under another root key.</summary>
    /// <param name="rootKeyId">The root key that keys are moved to.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of keys.</returns>
    ValueTask<long> CountOutdatedAsync(string rootKeyId, CancellationToken cancellationToken = default);

    /// <summary>Counts the keys that are wrapped under a root key.</summary>
    /// <param name="rootKeyId">The root key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of keys.</returns>
    ValueTask<long> CountUnderAsync(string rootKeyId, CancellationToken cancellationToken = default);
}
