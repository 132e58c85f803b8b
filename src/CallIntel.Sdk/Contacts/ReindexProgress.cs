using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Contacts;

/// <summary>The progress of a blind-index rotation. All counted changes are committed.</summary>
/// <param name="Version">The key version that numbers are re-indexed with.</param>
/// <param name="Reindexed">The number of numbers that were re-indexed.</param>
/// <param name="Dropped">The number of numbers that were deleted because their person was crypto-shredded.</param>
/// <param name="Failed">
/// The contacts with a number that could not be re-indexed, because it cannot be decrypted or because it is already
/// stored for another contact with the new version.
/// </param>
/// <param name="Remaining">
/// The number of numbers that still use older versions, including failed ones. An estimate while the rotation runs,
/// exact at its end.
/// </param>
public sealed record ReindexProgress(
    int Version,
    long Reindexed,
    long Dropped,
    [property: PseudonymousData] IReadOnlyList<ContactId> Failed,
    long Remaining
);
