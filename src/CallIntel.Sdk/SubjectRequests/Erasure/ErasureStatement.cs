using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What a certificate of erasure says. It contains ids and counts only.</summary>
public sealed record ErasureStatement
{
    /// <summary>The org that erased the data.</summary>
    public required OrgId Org { get; init; }

    /// <summary>The request that the erasure is for.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>When the erasure was asked for, in UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When the erasure was verified, in UTC.</summary>
    public required DateTimeOffset VerifiedAt { get; init; }

    /// <summary>The entry of the ledger of erasures; null if legal holds deferred all contacts.</summary>
    public ErasureLedgerHead? Ledger { get; init; }

    /// <summary>The erased contacts, with those that were merged with them.</summary>
    [PseudonymousData]
    public required IReadOnlyList<ContactId> Contacts { get; init; }

    /// <summary>The contacts that a legal hold defers. Their data was not erased.</summary>
    [PseudonymousData]
    public required IReadOnlyList<ContactId> DeferredContacts { get; init; }

    /// <summary>How many rows were deleted or changed, by table.</summary>
    public required IReadOnlyList<ErasedRows> Rows { get; init; }

    /// <summary>The ids of the destroyed keys in lower-case hexadecimal.</summary>
    public required IReadOnlyList<string> DestroyedKeys { get; init; }

    /// <summary>How many numbers ingestion recognizes and keeps out from now on.</summary>
    public required int SuppressedNumbers { get; init; }

    /// <summary>The tables with rows that are kept, and the reason for each.</summary>
    public required IReadOnlyList<ErasureExemption> Exemptions { get; init; }

    /// <summary>How many columns of the database were searched for the contacts.</summary>
    public required int VerifiedColumns { get; init; }

    /// <summary>How many rows the search found that should have been erased: 0.</summary>
    public required long RowsLeft { get; init; }

    /// <summary>
    /// The months whose events were dropped by retention before, by their first day. The database has no event of them
    /// to search. Their dashboard cells are final: counts without contacts, in which the erased contacts are included.
    /// Empty if there is none, and in certificates of former versions.
    /// </summary>
    public IReadOnlyList<DateOnly> FinalMonths { get; init; } = [];

    /// <summary>
    /// The time after which no backup of the database contains the erased data, in UTC, by the retention that the host
    /// declares; null if it declares none. Until then, a restored backup is refused until the erasure was repeated.
    /// </summary>
    public DateTimeOffset? BackupsExpireAt { get; init; }
}
