namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A key that a store returns to encrypt with, and how many uses of it the store reserved.</summary>
/// <param name="Record">
/// The active key of the subject; or a key in state <see cref="KeyState.Destroyed"/> if the subject was
/// crypto-shredded.
/// </param>
/// <param name="Uses">
/// The number of uses that were durably reserved: from 1 to the requested number, or 0 with a destroyed key.
/// </param>
public sealed record DataKeyGrant(DataKeyRecord Record, long Uses);
