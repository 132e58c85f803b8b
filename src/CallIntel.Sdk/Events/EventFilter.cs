using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Events;

/// <summary>Which events to read: <c>EventFilter.InRange(range).ForContact(contact).WithContent()</c>.</summary>
/// <remarks>Immutable: every call returns a new filter, and a condition given twice holds in its last form.</remarks>
public sealed record EventFilter
{
    EventFilter() { }

    /// <summary>Every event of the org that the session's member may see, without content.</summary>
    public static EventFilter All { get; } = new();

    /// <summary>Within this span of time.</summary>
    /// <value>The default value is <see langword="null"/>: whenever.</value>
    public TimeRange? Range { get; private init; }

    /// <summary>With this contact.</summary>
    /// <value>The default value is <see langword="null"/>: with whomever.</value>
    [PseudonymousData]
    public ContactId? Contact { get; private init; }

    /// <summary>On the line of this member.</summary>
    /// <value>The default value is <see langword="null"/>: on whose line ever.</value>
    [PseudonymousData]
    public MemberId? Member { get; private init; }

    /// <summary>On this channel.</summary>
    /// <value>The default value is <see langword="null"/>: on any.</value>
    public EventChannel? Channel { get; private init; }

    /// <summary>At most this many.</summary>
    /// <value>The default value is <see langword="null"/>: all.</value>
    public int? Limit { get; private init; }

    /// <summary>Whether what was said is read too.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool IncludesContent { get; private init; }

    /// <summary>Whether details, parts and further parties are read too.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool IncludesDetails { get; private init; }

    /// <summary>Events of a span of time.</summary>
    /// <param name="range">The span.</param>
    /// <exception cref="CallIntelException"><c>CI0009</c>: the range is empty.</exception>
    public static EventFilter InRange(TimeRange range)
    {
        range.ThrowIfInvalid();
        return All with { Range = range };
    }

    /// <summary>Those with one contact.</summary>
    /// <param name="contact">The contact.</param>
    public EventFilter ForContact(ContactId contact) => this with { Contact = contact };

    /// <summary>Those on the line of one member.</summary>
    /// <param name="member">The member.</param>
    public EventFilter ForMember(MemberId member) => this with { Member = member };

    /// <summary>Those on one channel.</summary>
    /// <param name="channel">The channel.</param>
    public EventFilter OnChannel(EventChannel channel) =>
        Enum.IsDefined(channel)
            ? this with
            {
                Channel = channel,
            }
            : throw new ArgumentOutOfRangeException(nameof(channel));

    /// <summary>The newest of them only.</summary>
    /// <param name="count">How many at most, from 1 on.</param>
    public EventFilter Newest(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return this with { Limit = count };
    }

    /// <summary>With what was said or written, where the session's member may read it.</summary>
    public EventFilter WithContent() => this with { IncludesContent = true };

    /// <summary>
    /// With details, parts and further parties, as far as the session's member may see them: three small tables more,
    /// in one round trip a page.
    /// </summary>
    public EventFilter WithDetails() => this with { IncludesDetails = true };
}
