namespace CallIntel.Sdk.Ingestion;

/// <summary>The progress of a run, reported after every committed batch.</summary>
/// <param name="Read">The number of records processed so far: stored, duplicate or rejected.</param>
/// <param name="Inserted">The number of records stored for the first time.</param>
/// <param name="Rejected">
/// The number of records rejected. Rejects are stored with their batch, so
/// <see cref="EventWriter.ReadRejectsAsync(Guid, CancellationToken)"/> can read them even if the run is interrupted.
/// </param>
/// <param name="RunId">The id of the run.</param>
public readonly record struct IngestProgress(long Read, long Inserted, long Rejected, Guid RunId);
