namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>What became of the rows of a batch; the rest are duplicates.</summary>
readonly record struct MergeCounts(long Staged, long Inserted, long Updated, long Suppressed, DateTime? Latest);
