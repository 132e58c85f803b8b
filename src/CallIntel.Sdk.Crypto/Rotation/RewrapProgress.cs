using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>How far a rewrap is. What it counts is durable.</summary>
/// <param name="OrgId">The org.</param>
/// <param name="Epoch">The epoch that keys are moved to.</param>
/// <param name="Rewrapped">How many were moved.</param>
/// <param name="Skipped">How many others had moved or destroyed meanwhile.</param>
/// <param name="Failed">Keys that could not be unwrapped under their old epoch: damaged, or their epoch is gone.</param>
/// <param name="Remaining">How many are left under older epochs, failed ones among them; an estimate while it runs, exact at the end.</param>
/// <param name="Cursor">The last key that was looked at.</param>
public sealed record RewrapProgress(
    Guid OrgId,
    int Epoch,
    long Rewrapped,
    long Skipped,
    IReadOnlyList<KeyId> Failed,
    long Remaining,
    KeyId? Cursor
);
