using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>How far an erasure has come.</summary>
/// <param name="RequestId">The request that the erasure is for.</param>
/// <param name="NextStep">The step that comes next; <see cref="ErasureStep.Done"/> if none does.</param>
/// <param name="RequestedAt">When the erasure was asked for, in UTC.</param>
/// <param name="RequestedBy">The member who asked for it.</param>
/// <param name="CompletedAt">When it was completed, in UTC; null until then.</param>
/// <param name="Height">Its latest entry in the ledger of erasures; null before the first step.</param>
/// <param name="Pending">The contacts that are still to be erased.</param>
/// <param name="Deferred">The contacts that a legal hold defers.</param>
/// <param name="Erased">The contacts that were erased.</param>
public sealed record ErasureProgress(
    Guid RequestId,
    ErasureStep NextStep,
    DateTimeOffset RequestedAt,
    [property: PseudonymousData] MemberId RequestedBy,
    DateTimeOffset? CompletedAt,
    long? Height,
    [property: PseudonymousData] IReadOnlyList<ContactId> Pending,
    [property: PseudonymousData] IReadOnlyList<ContactId> Deferred,
    [property: PseudonymousData] IReadOnlyList<ContactId> Erased
)
{
    internal bool Suppresses { get; init; }

    internal byte[]? LedgerDigest { get; init; }
}
