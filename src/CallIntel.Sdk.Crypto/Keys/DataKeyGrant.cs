namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A store's answer to a <see cref="DataKeyRequest"/>.</summary>
/// <param name="Record">The subject's active key; or a key in state <see cref="KeyState.Destroyed"/> for a subject that may not get a key any more.</param>
/// <param name="Uses">How many uses were durably reserved: 1 to what was asked; 0 only with a destroyed key.</param>
public sealed record DataKeyGrant(DataKeyRecord Record, long Uses);
