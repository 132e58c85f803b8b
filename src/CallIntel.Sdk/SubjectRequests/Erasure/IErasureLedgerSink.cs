using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>
/// Keeps a copy of the ledger of erasures outside of the database: in a file, an object store or another system that a
/// restore of the database does not touch.
/// </summary>
/// <remarks>
/// Implementations are thread-safe, and processes may call them at the same time. The entries contain random ids and
/// keyed digests, and no numbers, names or texts.
/// </remarks>
public interface IErasureLedgerSink
{
    /// <summary>Returns the newest entry of an org.</summary>
    /// <param name="org">The org.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The height and the digest of the newest entry; null if the org has none.</returns>
    Task<ErasureLedgerHead?> ReadHeadAsync(OrgId org, CancellationToken cancellationToken);

    /// <summary>Stores an entry durably before it returns.</summary>
    /// <param name="entry">The entry that follows the newest one.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// Storing an entry again has no effect. An entry that differs from a stored one of the same height, or that does
    /// not follow the newest one, must be refused with an exception.
    /// </remarks>
    Task AppendAsync(ErasureLedgerEntry entry, CancellationToken cancellationToken);

    /// <summary>Returns the entries of an org above a height, in their order.</summary>
    /// <param name="org">The org.</param>
    /// <param name="afterHeight">The height; 0 for all entries.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    IAsyncEnumerable<ErasureLedgerEntry> ReadAsync(OrgId org, long afterHeight, CancellationToken cancellationToken);
}
