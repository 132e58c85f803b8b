using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>
/// A contact: a row of <c>callintel.contacts</c>, without its numbers and its name, which are encrypted. Read-only.
/// </summary>
public sealed class ContactEntity
{
    /// <summary>The contact.</summary>
    [PseudonymousData]
    public ContactId Id { get; init; }

    /// <summary>When the contact was first stored, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The member who stored the contact. Null: not known.</summary>
    [PseudonymousData]
    public MemberId? CreatedBy { get; init; }

    /// <summary>The contact that this contact was merged into. Null: it was not merged.</summary>
    [PseudonymousData]
    public ContactId? MergedInto { get; init; }
}
