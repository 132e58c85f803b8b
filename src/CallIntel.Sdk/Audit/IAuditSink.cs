namespace CallIntel.Sdk.Audit;

/// <summary>
/// Receives the entries of the access ledger, for example to copy them to the audit system of the host. Register an
/// implementation as a singleton service, or pass it to the constructor of <see cref="CallIntelDataSource"/>.
/// </summary>
/// <remarks>
/// The SDK calls the sink after the entry was committed and before it returns text to the application, so a slow sink
/// delays reads. An exception of the sink is logged and counted, and the read continues, because the entry is in the
/// ledger. Implementations must be thread-safe.
/// </remarks>
public interface IAuditSink
{
    /// <summary>Receives an access.</summary>
    /// <param name="entry">The entry of the ledger.</param>
    /// <param name="cancellationToken">The token of the read.</param>
    ValueTask AccessFiledAsync(AccessEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// Receives an access to a honey token: a contact that nobody has a reason to open. Called after
    /// <see cref="AccessFiledAsync"/> for the same entry.
    /// </summary>
    /// <param name="entry">The entry of the ledger.</param>
    /// <param name="cancellationToken">The token of the read.</param>
    ValueTask HoneyTokenOpenedAsync(AccessEntry entry, CancellationToken cancellationToken);
}
