namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Stores wrapped data keys and counts their uses. It never sees an unwrapped key.</summary>
/// <remarks>
/// Implementations are thread-safe. Each call is one transaction, and what it returns is durable: uses may be counted
/// that are never made, but no use is made that was not counted. The store never grants more uses of a key than
/// <see cref="KeyPurpose.UsageCap"/> in total.
/// </remarks>
public interface IDataKeyStore
{
    /// <summary>Reads keys by id, in one round trip.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyIds">The ids, without duplicates.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The keys that exist, including destroyed ones, in any order. Unknown ids are left out.</returns>
    ValueTask<IReadOnlyList<DataKeyRecord>> FetchAsync(
        Guid orgId,
        IReadOnlyList<KeyId> keyIds,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Finds the active key of each subject and reserves uses of it, in one round trip. It creates no keys.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="demands">The subjects, without duplicates, and the number of uses to reserve.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// One result for each demand, in the same order. <see langword="null"/> if the subject has no active key or the
    /// active key has no uses left, so that a new key is needed.
    /// </returns>
    ValueTask<IReadOnlyList<DataKeyGrant?>> FindActiveAsync(
        Guid orgId,
        IReadOnlyList<KeyDemand> demands,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Finds or creates the active key of each subject and reserves uses of it, in one round trip. A key without uses
    /// left becomes <see cref="KeyState.DecryptOnly"/>, and the candidate replaces it.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="requests">The requests, each with another subject.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One result for each request, in the same order.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.OrgKeyEpochStale"/>: a candidate that is needed is wrapped under an epoch that is
    /// not the active one. This is checked in the same transaction, and nothing was changed. The cache then repeats the
    /// call with a candidate under the active epoch.
    /// </exception>
    ValueTask<IReadOnlyList<DataKeyGrant>> GetOrCreateAsync(
        Guid orgId,
        IReadOnlyList<DataKeyRequest> requests,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Moves active keys to <see cref="KeyState.DecryptOnly"/>, so that their subjects get new keys. The cache calls
    /// this for keys that cannot be unwrapped. Keys in other states and unknown ids are ignored.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyIds">The ids, without duplicates.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the change is durable.</returns>
    ValueTask RetireAsync(Guid orgId, IReadOnlyList<KeyId> keyIds, CancellationToken cancellationToken = default);
}
