using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Contacts;

/// <summary>How far a rotation of the blind index is. What it counts is durable.</summary>
/// <param name="Version">The version of the blind-index key that numbers are moved to.</param>
/// <param name="Reindexed">How many numbers were moved.</param>
/// <param name="Dropped">How many were deleted because their person was shredded.</param>
/// <param name="Failed">
/// Contacts with a number that stays where it is: it does not open, or it is on file under the new version too, as that
/// of another contact.
/// </param>
/// <param name="Remaining">
/// How many numbers are left under older versions, failed ones among them; an estimate while it runs, exact at the end.
/// </param>
public sealed record ReindexProgress(
    int Version,
    long Reindexed,
    long Dropped,
    [property: PseudonymousData] IReadOnlyList<ContactId> Failed,
    long Remaining
);
