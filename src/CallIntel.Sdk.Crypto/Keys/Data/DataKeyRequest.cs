namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Requests the active key of a subject, and offers a new key in case there is none.</summary>
/// <param name="Subject">Whose data the key protects.</param>
/// <param name="Uses">
/// The number of uses to reserve, at least 1. The store limits the total by <see cref="KeyPurpose.UsageCap"/>.
/// </param>
/// <param name="Candidate">
/// The key to store if the subject has no active key, or its active key has no uses left.
/// </param>
public sealed record DataKeyRequest(KeySubject Subject, long Uses, DataKeyRecord Candidate);
