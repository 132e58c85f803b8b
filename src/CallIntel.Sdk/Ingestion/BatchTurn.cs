namespace CallIntel.Sdk.Ingestion;

/// <summary>A batch's place among the batches of its run, which overlap while they are copied and take turns after that.</summary>
/// <param name="MergedBefore">
/// Ends when the batch before is merged or has failed. Merges of an org take turns anyway; were a later one first, the earlier would wait for its
/// commit, and that for the earlier one's.
/// </param>
/// <param name="StoredBefore">Ends when the batch before is committed, so that cursors move in order.</param>
/// <param name="Merged">Set when this batch is merged or has failed.</param>
sealed record BatchTurn(Task MergedBefore, Task StoredBefore, TaskCompletionSource Merged);

/// <summary>What became of the rows of a batch; the rest are duplicates.</summary>
readonly record struct MergeCounts(long Staged, long Inserted, long Updated, long Suppressed, DateTime? Latest);
