namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>The number of rows of a batch by result. Rows that are not counted here are duplicates.</summary>
readonly record struct MergeCounts(long Staged, long Inserted, long Updated, long Suppressed, DateTime? Latest);
