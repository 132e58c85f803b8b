using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>How far a rewrap of the org keys is. What it counts is durable.</summary>
/// <param name="RootKeyId">The root key that keys are moved to.</param>
/// <param name="Rewrapped">How many were moved.</param>
/// <param name="Skipped">How many others had moved or destroyed meanwhile.</param>
/// <param name="Failed">Keys that did not unwrap: damaged, or their root key is unknown or gone.</param>
/// <param name="Remaining">How many are left under other root keys, failed ones among them; an estimate while it runs, exact at the end.</param>
public sealed record RootRewrapProgress(
    string RootKeyId,
    long Rewrapped,
    long Skipped,
    IReadOnlyList<RootKeyContext> Failed,
    long Remaining
);
