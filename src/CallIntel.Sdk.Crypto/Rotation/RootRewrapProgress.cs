using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>The progress of rewrapping org keys under another root key. What it counts is durable.</summary>
/// <param name="RootKeyId">The root key that keys are moved to.</param>
/// <param name="Rewrapped">The number of keys that were moved.</param>
/// <param name="Skipped">The number of keys that another process moved or destroyed meanwhile.</param>
/// <param name="Failed">Keys that cannot be unwrapped: they are damaged, or their root key is unknown or gone.</param>
/// <param name="Remaining">
/// The number of keys under other root keys, including failed ones. An estimate during the run, exact at the end.
/// </param>
public sealed record RootRewrapProgress(
    string RootKeyId,
    long Rewrapped,
    long Skipped,
    IReadOnlyList<RootKeyContext> Failed,
    long Remaining
);
