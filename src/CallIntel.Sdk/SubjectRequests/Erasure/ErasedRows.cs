namespace CallIntel.Sdk.SubjectRequests;

/// <summary>How many rows of a table an erasure has deleted or changed.</summary>
/// <param name="Table">The table.</param>
/// <param name="Action">What was done with the rows.</param>
/// <param name="Rows">The number of rows; of marks for <see cref="ErasureAction.Recompute"/>.</param>
public sealed record ErasedRows(string Table, ErasureAction Action, long Rows);
