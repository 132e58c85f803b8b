namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Asks a store for the active key of a subject, and offers a new key for when there is none.</summary>
/// <param name="Subject">Whose data.</param>
/// <param name="Uses">How many uses to reserve, at least 1.</param>
/// <param name="UsageCap">How many uses the key may have in all.</param>
/// <param name="Candidate">The key to store if the subject has no active key, or its active key has no use left.</param>
public sealed record DataKeyRequest(KeySubject Subject, long Uses, long UsageCap, DataKeyRecord Candidate);
