using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>An entry of the history of a request. Entries are never changed.</summary>
/// <param name="Number">The position in the history, from 1.</param>
/// <param name="At">When it happened, in UTC.</param>
/// <param name="Actor">The member who acted; null if background work did.</param>
/// <param name="From">The state before; null for the first entry.</param>
/// <param name="To">The state after, which is the same for actions that do not change the state.</param>
/// <param name="Action">What happened.</param>
/// <param name="Note">The note in words; null if there is none or it cannot be decrypted.</param>
public sealed record SubjectRequestEntry(
    int Number,
    DateTimeOffset At,
    [property: PseudonymousData] MemberId? Actor,
    SubjectRequestState? From,
    SubjectRequestState To,
    SubjectRequestAction Action,
    [property: ProtectedData] string? Note
)
{
    /// <summary>Returns the action and the states only; the note is personal data.</summary>
    public override string ToString() => $"{Number} {Action} {From} -> {To}";
}
