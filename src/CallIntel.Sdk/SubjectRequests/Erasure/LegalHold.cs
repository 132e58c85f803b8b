using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>A legal hold: the data of a contact may not be deleted until the hold is released.</summary>
/// <param name="Id">The id.</param>
/// <param name="Contact">The contact.</param>
/// <param name="Reason">Why the hold was placed.</param>
/// <param name="Note">The reason in words; null if there is none, or it could not be decrypted.</param>
/// <param name="PlacedBy">The member who placed the hold.</param>
/// <param name="PlacedAt">When it was placed, in UTC.</param>
/// <param name="ReleasedBy">The member who released it; null while it is in force.</param>
/// <param name="ReleasedAt">When it was released, in UTC; null while it is in force.</param>
public sealed record LegalHold(
    LegalHoldId Id,
    [property: PseudonymousData] ContactId Contact,
    LegalHoldReason Reason,
    [property: ProtectedData] string? Note,
    [property: PseudonymousData] MemberId PlacedBy,
    DateTimeOffset PlacedAt,
    [property: PseudonymousData] MemberId? ReleasedBy,
    DateTimeOffset? ReleasedAt
)
{
    /// <summary>The result of decrypting the note.</summary>
    public DecryptResult NoteStatus { get; init; }

    /// <summary>Returns the id and the reason only; the note is not included.</summary>
    public override string ToString() => $"{nameof(LegalHold)} {{ {Id} {Reason} }}";
}
