using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Search;

/// <summary>
/// What to search for, for example <c>SearchQuery.For("refund \"order 4711\"").InRange(range).Take(20)</c>.
/// </summary>
/// <remarks>
/// Immutable: each method returns a new query. A condition that is set again replaces the previous one. Numbers, ids
/// and phrases in quotation marks are matched exactly, and events that contain all of them are listed first.
/// </remarks>
public sealed record SearchQuery
{
    /// <summary>The maximum length of a search text: 2,000 characters (UTF-16 code units).</summary>
    public const int MaxTextLength = 2000;

    /// <summary>The maximum number of hits of a page: 100.</summary>
    public const int MaxPageSize = 100;

    const int DefaultPageSize = 20;

    SearchQuery() { }

    /// <summary>The text to search for. Null for <see cref="Like"/>.</summary>
    [ProtectedData]
    public string? Text { get; private init; }

    /// <summary>The event that hits resemble. Null for <see cref="For"/>.</summary>
    public Guid? SimilarTo { get; private init; }

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

    /// <summary>The direction of the events.</summary>
    /// <value>The default value is <see langword="null"/>: any direction.</value>
    public EventDirection? Direction { get; private init; }

    /// <summary>The source of the events, as in <see cref="ConversationEvent.SourceId"/>.</summary>
    /// <value>The default value is <see langword="null"/>: any source.</value>
    public Guid? Source { get; private init; }

    /// <summary>
    /// The ISO 3166 code of the country whose national format numbers in the text may have, for example <c>DK</c>.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: contacts are found by international numbers only.</value>
    public string? Region { get; private init; }

    /// <summary>The maximum number of hits.</summary>
    /// <value>The default value is 20.</value>
    public int PageSize { get; private init; } = DefaultPageSize;

    /// <summary>The position after which hits are returned.</summary>
    /// <value>The default value is <see langword="null"/>: the best hits.</value>
    public SearchCursor? Cursor { get; private init; }

    /// <summary>Whether passages of the contents are returned.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool IncludesSnippets { get; private init; } = true;

    /// <summary>The purpose of reading the contents, which the access ledger records.</summary>
    /// <value>
    /// The default value is <see cref="AccessPurpose.None"/>: the purpose of the session, see
    /// <see cref="OrgIdentity.Purpose"/>.
    /// </value>
    public AccessPurpose Purpose { get; private init; }

    /// <summary>Searches for a text.</summary>
    /// <param name="text">
    /// Words, numbers, ids, and phrases in quotation marks. At most <see cref="MaxTextLength"/> characters.
    /// </param>
    /// <exception cref="CallIntelException"><c>CI0340</c>: the text is blank or too long.</exception>
    public static SearchQuery For(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxTextLength)
            throw new CallIntelException(
                ErrorCodes.InvalidSearch,
                $"The search text is blank or has more than {MaxTextLength} characters.",
                "Search for a few words, a number, an id, or a phrase in quotation marks."
            );
        return new SearchQuery { Text = text };
    }

    /// <summary>Searches for events whose content is similar to that of another event.</summary>
    /// <param name="eventId">The id of the event, which is not among the hits.</param>
    /// <remarks>No hit is returned if the member may not read the content of the event.</remarks>
    public static SearchQuery Like(Guid eventId) => new() { SimilarTo = eventId };

    /// <summary>Selects events in a time range.</summary>
    /// <param name="range">The time range.</param>
    /// <exception cref="CallIntelException"><c>CI0009</c>: the range is empty.</exception>
    public SearchQuery InRange(TimeRange range)
    {
        range.ThrowIfInvalid();
        return this with { Range = range };
    }

    /// <summary>Selects events with one contact.</summary>
    /// <param name="contact">The contact.</param>
    public SearchQuery ForContact(ContactId contact) => this with { Contact = contact };

    /// <summary>Selects events on the line of one member.</summary>
    /// <param name="member">The member.</param>
    public SearchQuery ForMember(MemberId member) => this with { Member = member };

    /// <summary>Selects events on one channel.</summary>
    /// <param name="channel">The channel.</param>
    public SearchQuery OnChannel(EventChannel channel) =>
        Enum.IsDefined(channel)
            ? this with
            {
                Channel = channel,
            }
            : throw new ArgumentOutOfRangeException(nameof(channel));

    /// <summary>Selects events of one direction.</summary>
    /// <param name="direction">The direction.</param>
    public SearchQuery WithDirection(EventDirection direction) =>
        Enum.IsDefined(direction)
            ? this with
            {
                Direction = direction,
            }
            : throw new ArgumentOutOfRangeException(nameof(direction));

    /// <summary>Selects events of one source.</summary>
    /// <param name="sourceId">The id of the source, as in <see cref="ConversationEvent.SourceId"/>.</param>
    public SearchQuery FromSource(Guid sourceId) => this with { Source = sourceId };

    /// <summary>Reads numbers in the text by the national format of a country.</summary>
    /// <param name="region">The ISO 3166 code of the country, for example <c>DK</c>.</param>
    public SearchQuery InRegion(string region)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(region);
        return this with { Region = region };
    }

    /// <summary>Limits the number of hits.</summary>
    /// <param name="count">The maximum number of hits, 1 to <see cref="MaxPageSize"/>.</param>
    public SearchQuery Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxPageSize);
        return this with { PageSize = count };
    }

    /// <summary>Continues after a page of the same search.</summary>
    /// <param name="cursor">What <see cref="SearchAnswer.Next"/> returned.</param>
    public SearchQuery After(SearchCursor cursor) => this with { Cursor = cursor };

    /// <summary>
    /// Returns hits without passages of their contents. Then nothing is decrypted, and the access ledger records
    /// nothing.
    /// </summary>
    public SearchQuery WithoutSnippets() => this with { IncludesSnippets = false };

    /// <summary>Names the purpose of reading the contents.</summary>
    /// <param name="purpose">
    /// The purpose. In contrast to <see cref="OrgIdentity.Purpose"/>, it does not make hidden contacts visible.
    /// </param>
    public SearchQuery ForPurpose(AccessPurpose purpose) =>
        Enum.IsDefined(purpose)
            ? this with
            {
                Purpose = purpose,
            }
            : throw new ArgumentOutOfRangeException(nameof(purpose));

    /// <summary>Selects the events of a filter, in place of all conditions.</summary>
    internal SearchQuery Within(VectorFilter filter) =>
        this with
        {
            Range = filter.Range,
            Contact = filter.Contact,
            Member = filter.Member,
            Channel = filter.Channel,
            Direction = filter.Direction,
            Source = filter.Source,
        };

    internal VectorFilter Filter => new(Range, Channel, Direction, Contact, Member, Source);

    /// <summary>Returns the type name only; the text is not included.</summary>
    public override string ToString() => $"{nameof(SearchQuery)} {{ *** }}";
}
