namespace CallIntel.Sdk.Ingestion;

/// <summary>
/// The number of records of a run by result: <c>Read == Inserted + Updated + Duplicate + Rejected + Suppressed</c>.
/// </summary>
/// <param name="RunId">The id of the run in <c>sync_runs</c> and <c>ingest_rejects</c>.</param>
/// <param name="Read">The number of records received from the source.</param>
/// <param name="Inserted">The number of records stored for the first time.</param>
/// <param name="Updated">The number of stored records that the source reported with changes.</param>
/// <param name="Duplicate">The number of records already stored and unchanged, or repeated within the run.</param>
/// <param name="Rejected">The number of records kept in <c>ingest_rejects</c> with a reason.</param>
/// <param name="Suppressed">
/// The number of records not stored because their number is suppressed, their contact was erased, or their source
/// deleted them.
/// </param>
/// <param name="Elapsed">The elapsed wall-clock time.</param>
/// <param name="Cursor">The cursor of the stream after the run.</param>
public sealed record IngestReport(
    Guid RunId,
    long Read,
    long Inserted,
    long Updated,
    long Duplicate,
    long Rejected,
    long Suppressed,
    TimeSpan Elapsed,
    string? Cursor
)
{
    /// <summary>
    /// The number of stored records with a party that should be a number and could not be read as one. The party is
    /// stored as an id, as the source wrote it.
    /// </summary>
    public long UnrecognizedNumbers { get; init; }

    /// <summary>
    /// The number of records, stored or already stored, whose direction is a guess (<see
    /// cref="Events.DirectionBasis.Assumed"/>).
    /// </summary>
    public long AssumedDirections { get; init; }

    /// <summary>
    /// The number of records, stored or already stored, whose time is a guess (<see cref="Events.TimeBasis"/>).
    /// </summary>
    public long AssumedTimes { get; init; }

    /// <summary>The number of rejected records by reason and field, the largest first.</summary>
    public IReadOnlyList<RejectCount> RejectReasons { get; init; } = [];
}
