using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// One entry of the audit log or of the access ledger. An entry contains ids, counts and envelopes, no numbers, names
/// or texts.
/// </summary>
public sealed record AuditEntry
{
    /// <summary>The id of the entry. Ids are ordered by time.</summary>
    public required Guid Id { get; init; }

    /// <summary>The ledger: <see cref="AuditLedgers.Changes"/> or <see cref="AuditLedgers.Accesses"/>.</summary>
    public required AuditLedgers Ledger { get; init; }

    /// <summary>The org whose data was changed or read.</summary>
    public required OrgId Org { get; init; }

    /// <summary>When the database recorded the entry, by the clock of the database. In UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>
    /// The member who acted. The empty id for a job, and for a statement that operations ran without a session.
    /// </summary>
    [PseudonymousData]
    public required MemberId Member { get; init; }

    /// <summary>The purpose of the session or of the read.</summary>
    public AccessPurpose Purpose { get; init; }

    /// <summary>The request of the application, or the id of the job; null if the session had none.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>What was done, for example <c>merge</c>, <c>update</c> or <c>read</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The table that was changed; null for an access.</summary>
    public string? Object { get; init; }

    /// <summary>The kind of statement; null for an access.</summary>
    public AuditOperation? Operation { get; init; }

    /// <summary>The number of rows.</summary>
    public required long RowCount { get; init; }

    /// <summary>The contact or member that the change was about, if it was about one only.</summary>
    [PseudonymousData]
    public Guid? Subject { get; init; }

    /// <summary>More about the action, for example the id of a run; never personal data.</summary>
    public string? Detail { get; init; }

    /// <summary>With <see cref="AuditMode.Keys"/>: the primary keys of the first 100 rows. Otherwise empty.</summary>
    [PseudonymousData]
    public IReadOnlyList<string> RowKeys { get; init; } = [];

    /// <summary>
    /// With <see cref="AuditMode.Images"/>: a JSON object with the arrays <c>before</c> and <c>after</c>, in which
    /// protected fields are envelopes in hexadecimal digits. Otherwise null.
    /// </summary>
    [PseudonymousData]
    public string? Images { get; init; }

    /// <summary>The protected fields that were read; none for a change.</summary>
    public ProtectedFields Fields { get; init; }

    /// <summary>Whether the access was to a honey token.</summary>
    public bool IsAlert { get; init; }

    /// <summary>The events, contacts and other objects whose protected fields were read. Empty for a change.</summary>
    [PseudonymousData]
    public IReadOnlyList<Guid> ReadIds { get; init; } = [];

    internal static AuditEntry Create(AccessEntry access) =>
        new()
        {
            Id = access.Id,
            Ledger = AuditLedgers.Accesses,
            Org = access.Org,
            OccurredAt = access.AccessedAt,
            Member = access.Member,
            Purpose = access.Purpose,
            RequestId = access.RequestId,
            Action = "read",
            RowCount = access.RowCount,
            Fields = access.Fields,
            IsAlert = access.IsAlert,
            ReadIds = [.. access.Contacts.Select(c => c.Value), .. access.Events, .. access.OtherIds],
        };
}
