namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Keeps wrapped data keys. Never sees a key itself.</summary>
/// <remarks>Implementations are thread-safe; each call is one transaction, and what it answers is durable.</remarks>
public interface IDataKeyStore : IKeyBudget
{
    /// <summary>Reads keys by id, in one round trip.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyIds">The ids, each once.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The keys that exist, in any order, destroyed ones among them; ids that are unknown are left out.</returns>
    ValueTask<IReadOnlyList<DataKeyRecord>> FetchAsync(Guid orgId, IReadOnlyList<KeyId> keyIds, CancellationToken cancellationToken = default);

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
    ValueTask<IReadOnlyList<DataKeyGrant>> GetOrCreateAsync(Guid orgId, IReadOnlyList<DataKeyRequest> requests, CancellationToken cancellationToken = default);
}
