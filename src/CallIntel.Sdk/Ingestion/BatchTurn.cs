namespace CallIntel.Sdk.Ingestion;

/// <summary>A batch's place among the batches of its run, which overlap while they are copied and take turns after that.</summary>
/// <param name="MergedBefore">
/// Ends when the batch before is merged or has failed. Were two merged at a time, a record in both would make the earlier wait for the later one's
/// row, and the later for the earlier one's commit.
/// </param>
/// <param name="StoredBefore">Ends when the batch before is committed, so that cursors move in order.</param>
/// <param name="Merged">Set when this batch is merged or has failed.</param>
sealed record BatchTurn(Task MergedBefore, Task StoredBefore, TaskCompletionSource Merged);

/// <summary>What became of the staged rows of a batch; the rest are duplicates.</summary>
readonly record struct MergeCounts(long Staged, long Inserted, long Updated, long Suppressed, DateTime? Latest);
