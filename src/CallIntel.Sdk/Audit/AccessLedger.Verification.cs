namespace CallIntel.Sdk.Audit;

/// <content>Verifying that nobody rewrote the ledgers.</content>
public sealed partial class AccessLedger
{
    /// <summary>
    /// Verifies the ledgers of the org: that no entry was changed, removed or added after it was sealed, and that the
    /// database was not rolled back.
    /// </summary>
    /// <param name="keys">The public seal keys, in a ring that the operator of the seals gives to the org.</param>
    /// <param name="sink">
    /// The sink with the checkpoints outside of the database. Without one, a rollback cannot be found, and rewritten
    /// leaves cannot always be named. Default: none.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>What was compared, and what is wrong.</returns>
    /// <remarks>
    /// Reads all entries and leaves of the org. The hashes are computed by functions of the database; to distrust them
    /// too, use <see cref="CallIntelOperations.VerifyLedgersAsync"/> on a copy of the database.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include the permission; <c>CI0363</c> the sink failed.
    /// </exception>
    public Task<AuditVerification> VerifyAsync(
        SealKeyRing keys,
        ICheckpointSink? sink = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new LedgerVerifier(new SealReader.Member(_session), keys, sink).RunAsync(cancellationToken);
    }
}
