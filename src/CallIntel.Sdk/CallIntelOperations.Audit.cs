using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk;

/// <content>The audit log and the access ledger: what they contain, their seals and their retention.</content>
public sealed partial class CallIntelOperations
{
    /// <summary>
    /// Sets what the audit log records about changed rows of orgs that have not chosen a mode.
    /// </summary>
    /// <param name="mode">The mode.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException"><c>CI0360</c>: the mode is unknown.</exception>
    public Task SetDefaultAuditModeAsync(AuditMode mode, CancellationToken cancellationToken = default) =>
        ScalarAsync("select callintel.set_default_audit_mode($1)", cancellationToken, (short)mode);

    /// <summary>
    /// Seals the entries of all orgs whose transactions are finished, and delivers the checkpoints to a sink. Run it
    /// every minute, outside of the application.
    /// </summary>
    /// <param name="keys">The ring with the key that signs.</param>
    /// <param name="sink">Receives the checkpoints. Default: none; they stay in the database.</param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. Cancels between transactions; what is sealed stays sealed.
    /// </param>
    /// <returns>What was sealed.</returns>
    /// <remarks>
    /// Applications can keep running. A transaction that has been running for long delays the seals of entries that are
    /// newer than it. Several processes may run this method at the same time.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0361</c> the current key cannot sign; <c>CI0362</c> another process sealed at the same time; <c>CI0363</c>
    /// the sink failed, or knows a later state of the database. The ledgers of the other orgs are sealed nevertheless.
    /// </exception>
    public Task<LedgerSealReport> SealLedgersAsync(
        SealKeyRing keys,
        ICheckpointSink? sink = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new LedgerSealer(_source, keys, sink).SealAllAsync(cancellationToken);
    }

    /// <summary>
    /// Verifies the ledgers of an org: that no entry was changed, removed or added after it was sealed, even by a
    /// superuser, and that the database was not rolled back.
    /// </summary>
    /// <param name="org">The org.</param>
    /// <param name="keys">The seal keys; public keys are enough.</param>
    /// <param name="sink">
    /// The sink with the checkpoints outside of the database. Without one, a rollback cannot be found, and rewritten
    /// leaves cannot always be named. Default: none.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>What was compared, and what is wrong.</returns>
    /// <exception cref="CallIntelException"><c>CI0363</c> the sink failed; or the connection failed.</exception>
    public Task<AuditVerification> VerifyLedgersAsync(
        OrgId org,
        SealKeyRing keys,
        ICheckpointSink? sink = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new LedgerVerifier(new SealReader.Operator(_source, org), keys, sink).RunAsync(cancellationToken);
    }

    /// <summary>
    /// Measures how far the ledgers of all orgs are sealed. <see cref="LedgerSealHealthCheck"/> reports it as health.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    public async Task<LedgerSealState> GetLedgerSealStateAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await using NpgsqlConnection connection = await _source
                .OpenConnectionAsync(cancellationToken)
                .ConfigureAwait(false);
            return (
                await LedgerSealer
                    .RowsAsync(
                        connection,
                        SealSql.Lag,
                        r => new LedgerSealState(
                            r.IsDBNull(0) ? TimeSpan.Zero : r.GetTimeSpan(0),
                            r.GetInt64(1),
                            r.IsDBNull(2) ? TimeSpan.Zero : r.GetTimeSpan(2)
                        ),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )[0];
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }

    /// <summary>
    /// Removes the entries of the audit log and the access ledger of whole months, and records the removal. Leaves and
    /// checkpoints stay, so later verifications still prove the other months.
    /// </summary>
    /// <param name="before">Months that ended before the month of this day are removed.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The number of months that were removed.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0364</c>: a month ended less than 30 days ago, or an org that seals its ledgers has entries in it that are
    /// not sealed.
    /// </exception>
    public async Task<int> RemoveLedgerMonthsAsync(DateOnly before, CancellationToken cancellationToken = default) =>
        (int)
            (
                await ScalarAsync("select callintel.remove_ledger_months($1)", cancellationToken, before)
                    .ConfigureAwait(false)
            )!;
}
