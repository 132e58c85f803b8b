using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// One entry of the access ledger: a page of protected values that a member read. An entry contains ids only, no
/// numbers, names or texts.
/// </summary>
public sealed record AccessEntry
{
    /// <summary>The id of the entry. Ids are ordered by time.</summary>
    public required Guid Id { get; init; }

    /// <summary>The org whose data was read.</summary>
    public required OrgId Org { get; init; }

    /// <summary>
    /// When the database recorded the access, by the clock of the database. <see cref="IAuditSink"/> receives the time
    /// with a precision of one millisecond.
    /// </summary>
    public required DateTimeOffset AccessedAt { get; init; }

    /// <summary>The member who read.</summary>
    [PseudonymousData]
    public required MemberId Member { get; init; }

    /// <summary>The purpose of the read, or that of the session.</summary>
    public AccessPurpose Purpose { get; init; }

    /// <summary>
    /// The request that the read was part of: <see cref="OrgIdentity.RequestId"/>, or else the trace id of the current
    /// <see cref="System.Diagnostics.Activity"/>, or else a random id that all pages of one read share.
    /// </summary>
    public required Guid RequestId { get; init; }

    /// <summary>The protected fields that the page contained.</summary>
    public required ProtectedFields Fields { get; init; }

    /// <summary>The number of rows with protected values.</summary>
    public required int RowCount { get; init; }

    /// <summary>Whether one of the contacts is a honey token.</summary>
    public bool IsAlert { get; init; }

    /// <summary>The events whose protected fields were read.</summary>
    public required IReadOnlyList<Guid> Events { get; init; }

    /// <summary>The contacts of these events, or the contacts whose numbers and names were read.</summary>
    [PseudonymousData]
    public required IReadOnlyList<ContactId> Contacts { get; init; }

    /// <summary>
    /// The ids of the members, the lines or the ingestion run whose protected fields were read; see
    /// <see cref="Fields"/>.
    /// </summary>
    [PseudonymousData]
    public required IReadOnlyList<Guid> OtherIds { get; init; }
}
