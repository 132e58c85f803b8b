namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Keeps wrapped data keys. Never sees a key itself.</summary>
/// <remarks>
/// Implementations are thread-safe; each call is one transaction, and what it answers is durable. The store itself
/// holds each key to
/// <see cref="KeyPurpose.UsageCap"/>: no caller can raise it.
/// </remarks>
public interface IDataKeyStore : IKeyBudget
{
    /// <summary>Reads keys by id, in one round trip.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyIds">The ids, each once.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The keys that exist, in any order, destroyed ones among them; ids that are unknown are left out.</returns>
    ValueTask<IReadOnlyList<DataKeyRecord>> FetchAsync(
        Guid orgId,
        IReadOnlyList<KeyId> keyIds,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Finds the active key of each subject and reserves uses of it, in one round trip. Stores nothing else.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="demands">The subjects, each once, and how many uses of their keys are wanted.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>
    /// One answer for each demand, in the same order; <see langword="null"/> where a new key is needed, because the
    /// subject has no active key or
    /// the uses of its active key are spent.
    /// </returns>
    ValueTask<IReadOnlyList<DataKeyGrant?>> FindActiveAsync(
        Guid orgId,
        IReadOnlyList<KeyDemand> demands,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Finds or stores the active key of each subject and reserves uses of it, in one round trip. A key whose uses are spent becomes
    /// <see cref="KeyState.DecryptOnly"/> and the candidate takes its place.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="requests">The requests, each subject once.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>One answer for each request, in the same order.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.OrgKeyEpochStale"/>: a candidate that had to be stored is wrapped under an epoch that is not the active
    /// one, checked in the same transaction; nothing was changed. The cache then wraps anew and asks again.
    /// </exception>
    ValueTask<IReadOnlyList<DataKeyGrant>> GetOrCreateAsync(
        Guid orgId,
        IReadOnlyList<DataKeyRequest> requests,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Moves active keys to <see cref="KeyState.DecryptOnly"/>, so that their subjects get new ones. The cache calls it
    /// for keys that do not
    /// unwrap. Keys in any other state, and ids that are unknown, are left alone.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyIds">The ids, each once.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that ends when the change is durable.</returns>
    ValueTask RetireAsync(Guid orgId, IReadOnlyList<KeyId> keyIds, CancellationToken cancellationToken = default);
}
