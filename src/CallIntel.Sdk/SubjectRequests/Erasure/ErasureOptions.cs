namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Configures erasures of data subjects.</summary>
public sealed class ErasureOptions
{
    /// <summary>
    /// Keeps a copy of the ledger of erasures outside of the database, so that erasures are repeated after a backup was
    /// restored. Required for erasures; <see cref="FileErasureLedgerSink"/> writes files.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: erasures fail with <c>CI0370</c>.</value>
    /// <remarks>
    /// All processes of a deployment need the same sink. The copy must not be part of the backups of the database.
    /// </remarks>
    public IErasureLedgerSink? LedgerSink { get; set; }

    /// <summary>
    /// How long your organization keeps backups of the database. Certificates state after which time no backup contains
    /// the erased data.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: certificates state that the time is unknown.
    /// </value>
    public TimeSpan? BackupRetention { get; set; }

    internal IEnumerable<string> Failures()
    {
        if (BackupRetention is { } retention && (retention < TimeSpan.Zero || retention > TimeSpan.FromDays(36_500)))
            yield return "Erasure.BackupRetention is not between 0 and 36,500 days.";
    }
}
