namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Rows about an erased contact that are kept.</summary>
/// <param name="Table">The table.</param>
/// <param name="Reason">Why they are kept, from the data map.</param>
public sealed record ErasureExemption(string Table, string Reason);
