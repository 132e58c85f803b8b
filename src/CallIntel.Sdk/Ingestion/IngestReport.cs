namespace CallIntel.Sdk.Ingestion;

/// <summary>
/// What became of every record of a run: <c>Read == Inserted + Updated + Duplicate + Rejected + Suppressed</c>.
/// </summary>
/// <param name="RunId">The run, as in <c>sync_runs</c> and <c>ingest_rejects</c>.</param>
/// <param name="Read">Records the source delivered.</param>
/// <param name="Inserted">Stored for the first time.</param>
/// <param name="Updated">Stored before and changed since.</param>
/// <param name="Duplicate">Stored before and the same, or repeated within the run.</param>
/// <param name="Rejected">Kept in <c>ingest_rejects</c> with a reason.</param>
/// <param name="Suppressed">Left out because the person is on the suppression list.</param>
/// <param name="Elapsed">Wall time.</param>
/// <param name="Cursor">Where the stream stands now.</param>
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
);
