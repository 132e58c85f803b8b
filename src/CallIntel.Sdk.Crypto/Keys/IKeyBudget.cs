namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Counts how often keys may still encrypt, across processes and crashes.</summary>
/// <remarks>
/// The contract that keeps a key within its cap: an answer is durable before it is given, so uses may be counted that were never made,
/// but none is ever made that was not counted. Implementations are thread-safe.
/// </remarks>
public interface IKeyBudget
{
    /// <summary>Adds up to <paramref name="uses"/> to what the key has used, never above <paramref name="cap"/> in total.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="uses">How many uses are wanted, at least 1.</param>
    /// <param name="cap">How many uses the key may have in all.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many were added: from 0, when the key is used up, to <paramref name="uses"/>.</returns>
    ValueTask<long> ReserveAsync(
        Guid orgId,
        KeyId keyId,
        long uses,
        long cap,
        CancellationToken cancellationToken = default
    );
}
