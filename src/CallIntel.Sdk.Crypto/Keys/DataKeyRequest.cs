namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Asks a store for the active key of a subject, and offers a new key in case there is none.</summary>
/// <param name="Subject">Whose data.</param>
/// <param name="Uses">How many uses to reserve, at least 1. How many a key may have in all is the store's to know: <see cref="KeyPurpose.UsageCap"/>.</param>
/// <param name="Candidate">The key to store if the subject has no active key, or its active key has no use left.</param>
public sealed record DataKeyRequest(KeySubject Subject, long Uses, DataKeyRecord Candidate);
