using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>What rewrapping and shredding need of the store of data keys. Apart from <see cref="IDataKeyStore"/>: maintenance may use it, sessions not.</summary>
/// <remarks>Implementations are thread-safe; each call is one transaction, and what it answers is durable.</remarks>
public interface IDataKeyRotationStore
{
    /// <summary>Reads keys that are not destroyed and are wrapped under an epoch below <paramref name="epoch"/>, in the order of their ids.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="epoch">The epoch that keys are moved to.</param>
    /// <param name="after">Only keys whose id sorts after this one; <see langword="null"/> for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The keys; fewer than <paramref name="limit"/> only on the last page.</returns>
    ValueTask<IReadOnlyList<DataKeyRecord>> ReadOutdatedAsync(
        Guid orgId,
        int epoch,
        KeyId? after,
        int limit,
        CancellationToken cancellationToken = default
    );

    /// <summary>Replaces wrapped keys. One that has another epoch than <see cref="RewrappedDataKey.FromEpoch"/> by now, or is destroyed, is left alone.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many were replaced.</returns>
    ValueTask<int> ReplaceAsync(
        Guid orgId,
        IReadOnlyList<RewrappedDataKey> keys,
        CancellationToken cancellationToken = default
    );

    /// <summary>Counts the keys that are not destroyed and are wrapped under an epoch below <paramref name="epoch"/>.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="epoch">The epoch that keys are moved to.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many are left.</returns>
    ValueTask<long> CountOutdatedAsync(Guid orgId, int epoch, CancellationToken cancellationToken = default);

    /// <summary>Destroys all keys of a subject: the wrapped keys are removed, ids and states stay. The subject gets no key again, nor a first one if it had none. Whoever caches them has to be told.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="subject">Whose keys.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The ids of all destroyed keys of the subject, also those destroyed earlier: repeating it is harmless.</returns>
    ValueTask<IReadOnlyList<KeyId>> ShredAsync(
        Guid orgId,
        KeySubject subject,
        CancellationToken cancellationToken = default
    );
}
