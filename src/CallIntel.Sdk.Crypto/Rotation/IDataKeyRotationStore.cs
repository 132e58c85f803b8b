using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>
/// Rewraps and crypto-shreds stored data keys. Separate from <see cref="IDataKeyStore"/>, so that only maintenance gets
/// access to it.
/// </summary>
/// <remarks>Implementations are thread-safe. Each call is one transaction, and what it returns is durable.</remarks>
public interface IDataKeyRotationStore
{
    /// <summary>
    /// Reads keys that are wrapped under an epoch below <paramref name="epoch"/>, in the order of their ids. Destroyed
    /// keys are left out.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="epoch">The epoch that keys are moved to.</param>
    /// <param name="after">
    /// Only keys whose id sorts after this one are read; <see langword="null"/> for the first page.
    /// </param>
    /// <param name="limit">The maximum number of keys.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The keys; fewer than <paramref name="limit"/> only on the last page.</returns>
    ValueTask<IReadOnlyList<DataKeyRecord>> ReadOutdatedAsync(
        Guid orgId,
        int epoch,
        KeyId? after,
        int limit,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Replaces wrapped keys. A key that is no longer under <see cref="RewrappedDataKey.FromEpoch"/>, or is destroyed,
    /// is left unchanged.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of keys that were replaced.</returns>
    ValueTask<int> ReplaceAsync(
        Guid orgId,
        IReadOnlyList<RewrappedDataKey> keys,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Counts the keys that are wrapped under an epoch below <paramref name="epoch"/>. Destroyed keys are not counted.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="epoch">The epoch that keys are moved to.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of keys.</returns>
    ValueTask<long> CountOutdatedAsync(Guid orgId, int epoch, CancellationToken cancellationToken = default);

    /// <summary>
    /// Destroys all keys of a subject: deletes the wrapped keys and keeps their ids and states. The subject never gets
    /// a key again, even if it had none. This cannot be undone. Notify every process that caches the keys.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="subject">Whose keys to destroy.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// The ids of all destroyed keys of the subject, including keys destroyed earlier. It is safe to repeat the call.
    /// </returns>
    ValueTask<IReadOnlyList<KeyId>> CryptoShredAsync(
        Guid orgId,
        KeySubject subject,
        CancellationToken cancellationToken = default
    );
}
