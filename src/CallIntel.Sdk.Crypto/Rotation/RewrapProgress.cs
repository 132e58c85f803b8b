using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>The progress of rewrapping the data keys of an org. What it counts is durable.</summary>
/// <param name="OrgId">The org.</param>
/// <param name="Epoch">The epoch that keys are moved to.</param>
/// <param name="Rewrapped">The number of keys that were moved.</param>
/// <param name="Skipped">The number of keys that another process moved or destroyed meanwhile.</param>
/// <param name="Failed">Keys that cannot be unwrapped: they are damaged, or their epoch is gone.</param>
/// <param name="Remaining">
/// The number of keys under older epochs, including failed ones. An estimate during the run, exact at the end.
/// </param>
public sealed record RewrapProgress(
    Guid OrgId,
    int Epoch,
    long Rewrapped,
    long Skipped,
    IReadOnlyList<KeyId> Failed,
    long Remaining
);
