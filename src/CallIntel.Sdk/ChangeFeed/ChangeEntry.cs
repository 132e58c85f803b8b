using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>
/// An entry of the change feed: what one transaction changed in a range of time. It contains no events; read them with
/// <c>session.Events</c>.
/// </summary>
public sealed record ChangeEntry
{
    /// <summary>What happened.</summary>
    public required ChangeKind Kind { get; init; }

    /// <summary>The position of the entry, to continue after it.</summary>
    public required ChangeCursor Cursor { get; init; }

    /// <summary>
    /// The start of the range that contains the times of the events. Null for <see cref="ChangeKind.Resync"/>,
    /// <see cref="ChangeKind.VisibilityChanged"/> and <see cref="ChangeKind.KeysCryptoShredded"/>.
    /// </summary>
    /// <remarks>
    /// A range is a quarter of an hour, or longer if the batch covers a long time or belongs to a restricted or hidden
    /// contact.
    /// </remarks>
    public DateTimeOffset? From { get; init; }

    /// <summary>The end of the range, exclusive; null like <see cref="From"/>.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>
    /// The number of events. Null if <see cref="From"/> is null, and if a contact of these events was restricted or
    /// hidden later.
    /// </summary>
    public long? Events { get; init; }

    /// <summary>The member of all these events; null if they belong to several members or to none.</summary>
    [PseudonymousData]
    public MemberId? Member { get; init; }

    /// <summary>
    /// The contact of all these events. Null if they belong to several contacts, and for most entries of a batch.
    /// </summary>
    [PseudonymousData]
    public ContactId? Contact { get; init; }

    /// <summary>The time at which the entry was written, shortly before the transaction was committed.</summary>
    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>Returns the kind and the position of the entry; personal data is not included.</summary>
    public override string ToString() => $"{Kind} {Cursor}";
}
