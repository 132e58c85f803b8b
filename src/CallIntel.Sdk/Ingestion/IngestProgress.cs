namespace CallIntel.Sdk.Ingestion;

/// <summary>How far a run is; reported after every committed batch.</summary>
/// <param name="Read">Records committed or rejected so far.</param>
/// <param name="Inserted">Of these, stored for the first time.</param>
/// <param name="Rejected">
/// Of these, rejected; they are on file with their batch, so <see cref="EventWriter.ReadRejectsAsync"/> reads them even
/// if the run is cut short.
/// </param>
/// <param name="RunId">The run.</param>
public readonly record struct IngestProgress(long Read, long Inserted, long Rejected, Guid RunId);
