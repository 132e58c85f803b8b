namespace CallIntel.Sdk.Ingestion;

/// <summary>The number of records that were rejected for the same reason.</summary>
/// <param name="Reason">
/// The stable text of a <see cref="Events.RejectReason"/>, for example <c>malformed</c>, as in <c>ingest_rejects</c>.
/// </param>
/// <param name="Detail">
/// The field and what was expected, for example <c>duration: expected seconds or h:mm:ss</c>; null if it is not known.
/// Contains no values of the records.
/// </param>
/// <param name="Count">The number of records.</param>
public sealed record RejectCount(string Reason, string? Detail, long Count);
