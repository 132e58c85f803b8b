using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Audit;

/// <summary>Selects entries of the audit log and of the access ledger. Conditions are combined with AND.</summary>
public sealed record AuditFilter
{
    /// <summary>Selects all entries of both ledgers.</summary>
    public static AuditFilter All { get; } = new();

    /// <summary>The ledgers to search.</summary>
    /// <value>The default value is <see cref="AuditLedgers.All"/>.</value>
    public AuditLedgers Ledgers { get; init; } = AuditLedgers.All;

    /// <summary>The earliest time, inclusive.</summary>
    /// <value>The default value is <see langword="null"/>: any time.</value>
    public DateTimeOffset? From { get; init; }

    /// <summary>The end of the time range, exclusive.</summary>
    /// <value>The default value is <see langword="null"/>: any time.</value>
    public DateTimeOffset? To { get; init; }

    /// <summary>The member who changed or read something.</summary>
    /// <value>The default value is <see langword="null"/>: any member.</value>
    [PseudonymousData]
    public MemberId? Member { get; init; }

    /// <summary>
    /// The id of the contact or member that a change was about, or of a contact, an event or another object whose
    /// protected fields were read.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: any.</value>
    [PseudonymousData]
    public Guid? Subject { get; init; }

    /// <summary>The action, for example <c>merge</c> or <c>update</c>; <c>read</c> for accesses.</summary>
    /// <value>The default value is <see langword="null"/>: any action.</value>
    public string? Action { get; init; }

    /// <summary>The table that was changed, for example <c>contacts</c>. Accesses have none.</summary>
    /// <value>The default value is <see langword="null"/>: any table, and accesses.</value>
    public string? Object { get; init; }

    /// <summary>The request of the application; see <see cref="OrgIdentity.RequestId"/>.</summary>
    /// <value>The default value is <see langword="null"/>: any request.</value>
    public Guid? RequestId { get; init; }
}
