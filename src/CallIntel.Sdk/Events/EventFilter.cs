using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Events;

/// <summary>
/// Selects the events to read, for example <c>EventFilter.All.InRange(range).ForContact(contact).WithContent()</c>.
/// </summary>
/// <remarks>
/// Immutable: each method returns a new filter. A condition that is set again replaces the previous one.
/// </remarks>
public sealed record EventFilter
{
    EventFilter() { }

    /// <summary>Selects all events of the org that the member may see, without content.</summary>
    public static EventFilter All { get; } = new();

    /// <summary>The time range of the events.</summary>
    /// <value>The default value is <see langword="null"/>: any time.</value>
    public TimeRange? Range { get; private init; }

    /// <summary>The contact of the events.</summary>
    /// <value>The default value is <see langword="null"/>: any contact.</value>
    [PseudonymousData]
    public ContactId? Contact { get; private init; }

    /// <summary>The member whose line was used.</summary>
    /// <value>The default value is <see langword="null"/>: any member.</value>
    [PseudonymousData]
    public MemberId? Member { get; private init; }

    /// <summary>The channel of the events.</summary>
    /// <value>The default value is <see langword="null"/>: any channel.</value>
    public EventChannel? Channel { get; private init; }

    /// <summary>The event that precedes the first one to read.</summary>
    /// <value>The default value is <see langword="null"/>: reading begins with the first event.</value>
    public Guid? Preceding { get; private init; }

    /// <summary>Whether the events are read from oldest to newest.</summary>
    /// <value>The default value is <see langword="false"/>: from newest to oldest.</value>
    public bool IsOldestFirst { get; private init; }

    /// <summary>The maximum number of events.</summary>
    /// <value>The default value is <see langword="null"/>: no limit.</value>
    public int? Limit { get; private init; }

    /// <summary>Whether content is read too.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool IncludesContent { get; private init; }

    /// <summary>Whether details, attachments and further parties are read too.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool IncludesDetails { get; private init; }

    /// <summary>The purpose of the read, which the access ledger records.</summary>
    /// <value>
    /// The default value is <see cref="AccessPurpose.None"/>: the purpose of the session, see
    /// <see cref="OrgIdentity.Purpose"/>.
    /// </value>
    public AccessPurpose Purpose { get; private init; }

    /// <summary>Selects events in a time range.</summary>
    /// <param name="range">The time range.</param>
    /// <exception cref="CallIntelException"><c>CI0009</c>: the range is empty.</exception>
    public EventFilter InRange(TimeRange range)
    {
        range.ThrowIfInvalid();
        return this with { Range = range };
    }

    /// <summary>Selects events in a range that may be without a start or an end.</summary>
    internal EventFilter Within(TimeRange range) => this with { Range = range };

    /// <summary>Selects events with one contact.</summary>
    /// <param name="contact">The contact.</param>
    public EventFilter ForContact(ContactId contact) => this with { Contact = contact };

    /// <summary>Selects events on the line of one member.</summary>
    /// <param name="member">The member.</param>
    public EventFilter ForMember(MemberId member) => this with { Member = member };

    /// <summary>Selects events on one channel.</summary>
    /// <param name="channel">The channel.</param>
    public EventFilter OnChannel(EventChannel channel) =>
        Enum.IsDefined(channel)
            ? this with
            {
                Channel = channel,
            }
            : throw new ArgumentOutOfRangeException(nameof(channel));

    /// <summary>
    /// Continues after an event: selects the events that <see cref="EventReader.ReadAsync"/> returns after it.
    /// </summary>
    /// <param name="eventId">
    /// The id of the last event that was read. It does not have to exist any more, and new events do not move the place
    /// at which reading continues.
    /// </param>
    public EventFilter After(Guid eventId) => this with { Preceding = eventId };

    /// <summary>Reads from newest to oldest, and limits the result to the newest events.</summary>
    /// <param name="count">The maximum number of events, at least 1.</param>
    public EventFilter Newest(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return this with { Limit = count, IsOldestFirst = false };
    }

    /// <summary>Reads from oldest to newest, for example the thread of a contact.</summary>
    public EventFilter OldestFirst() => this with { IsOldestFirst = true };

    /// <summary>Reads from oldest to newest, and limits the result to the oldest events.</summary>
    /// <param name="count">The maximum number of events, at least 1.</param>
    public EventFilter Oldest(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return this with { Limit = count, IsOldestFirst = true };
    }

    /// <returns>Selects what follows a page; null if the limit is reached.</returns>
    internal EventFilter? Following(IReadOnlyList<ConversationEvent> page) =>
        page.Count == 0 || Limit <= page.Count
            ? null
            : this with
            {
                Preceding = page[^1].Id,
                Limit = Limit - page.Count,
            };

    /// <summary>
    /// Names the purpose of the read. Required for exports, and for reads with content or details that are limited
    /// neither to one contact nor to the newest 1,000 events, unless the session has a purpose.
    /// </summary>
    /// <param name="purpose">
    /// The purpose. In contrast to <see cref="OrgIdentity.Purpose"/>, it does not make hidden contacts visible.
    /// </param>
    public EventFilter ForPurpose(AccessPurpose purpose) =>
        Enum.IsDefined(purpose)
            ? this with
            {
                Purpose = purpose,
            }
            : throw new ArgumentOutOfRangeException(nameof(purpose));

    /// <summary>Includes content that the member may read. The access ledger records each page.</summary>
    public EventFilter WithContent() => this with { IncludesContent = true };

    /// <summary>
    /// Includes details, attachments and further parties that the member may see. This costs one more round trip per
    /// page.
    /// </summary>
    public EventFilter WithDetails() => this with { IncludesDetails = true };
}
