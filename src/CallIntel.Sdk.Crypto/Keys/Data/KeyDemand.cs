namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The number of values that a batch will encrypt for one subject.</summary>
/// <param name="Subject">Whose data is encrypted.</param>
/// <param name="Uses">The number of values, at least 1.</param>
public readonly record struct KeyDemand(KeySubject Subject, int Uses);
