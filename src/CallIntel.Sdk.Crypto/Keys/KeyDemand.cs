namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>How many values a batch will encrypt for one subject.</summary>
/// <param name="Subject">Whose data.</param>
/// <param name="Uses">How many values, at least 1.</param>
public readonly record struct KeyDemand(KeySubject Subject, int Uses);
