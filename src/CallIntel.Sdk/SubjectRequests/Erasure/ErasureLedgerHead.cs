namespace CallIntel.Sdk.SubjectRequests;

/// <summary>The newest entry of a ledger of erasures.</summary>
/// <param name="Height">The number of the entry, from 1.</param>
/// <param name="Digest">
/// The SHA-256 digest of the entry in lower-case hexadecimal, which contains all earlier ones.
/// </param>
public sealed record ErasureLedgerHead(long Height, string Digest);
