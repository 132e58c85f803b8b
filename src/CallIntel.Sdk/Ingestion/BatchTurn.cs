namespace CallIntel.Sdk.Ingestion;

/// <summary>A batch's place among the batches of its run, which overlap while they are copied and take turns after that.</summary>
/// <param name="MayMerge">
/// Ends when the batch before is merged or has failed: were two merged at a time, runs that meet in several batches could wait for each other in a
/// circle. If a record is in a batch that is not committed yet, ends when that is, since it can be seen only then.
/// </param>
/// <param name="StoredBefore">Ends when the batch before is committed, so that cursors move in order.</param>
/// <param name="Merged">Set when this batch is merged or has failed.</param>
sealed record BatchTurn(Task MayMerge, Task StoredBefore, TaskCompletionSource Merged);

/// <summary>What became of the staged rows of a batch; the rest are duplicates.</summary>
readonly record struct MergeCounts(long Staged, long Inserted, long Updated, long Suppressed, DateTime? Latest);
