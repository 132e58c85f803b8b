using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Which calls, voicemails and messages a figure counts. Conditions are combined with "and".</summary>
/// <remarks>
/// Immutable. A condition applies to a call as figures count it, not to its single records: a call has the direction
/// and the contact of its first record, the member who answered it, and the line of its first record that has one. A
/// filter with another condition than <see cref="Channel"/> and <see cref="Direction"/> leaves out contacts that are
/// hidden from the member of the session.
/// </remarks>
public sealed record DashboardFilter
{
    /// <summary>Counts everything.</summary>
    public static DashboardFilter All { get; } = new();

    /// <summary>The channel.</summary>
    /// <value>The default value is <see langword="null"/>: any channel.</value>
    public EventChannel? Channel { get; init; }

    /// <summary>The direction from the org's point of view.</summary>
    /// <value>The default value is <see langword="null"/>: any direction.</value>
    public EventDirection? Direction { get; init; }

    /// <summary>The outcome.</summary>
    /// <value>The default value is <see langword="null"/>: any outcome.</value>
    public EventOutcome? Outcome { get; init; }

    /// <summary>The member.</summary>
    /// <value>The default value is <see langword="null"/>: any member, also an unknown one.</value>
    [PseudonymousData]
    public MemberId? Member { get; init; }

    /// <summary>The team whose members count, as it is now. Requires ReadDashboards.</summary>
    /// <value>The default value is <see langword="null"/>: any member, also an unknown one.</value>
    public TeamId? Team { get; init; }

    /// <summary>The own telephone line.</summary>
    /// <value>The default value is <see langword="null"/>: any line, also an unknown one.</value>
    [PseudonymousData]
    public LineId? Line { get; init; }

    /// <summary>The contact.</summary>
    /// <value>The default value is <see langword="null"/>: any contact, also a withheld number.</value>
    [PseudonymousData]
    public ContactId? Contact { get; init; }

    /// <summary>The source, see <see cref="ConversationEvent.SourceId"/>.</summary>
    /// <value>The default value is <see langword="null"/>: any source.</value>
    public Guid? Source { get; init; }

    /// <summary>
    /// Whether it begins within the business hours of the org (<see langword="true"/>) or outside of them
    /// (<see langword="false"/>), by the clock of the org's home zone. An org without business hours is always closed.
    /// Requires ReadDashboards.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: any time.</value>
    public bool? DuringBusinessHours { get; init; }

    /// <summary>
    /// Whether the contact is new in the time range of the query, or was known before. Withheld numbers are neither.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: any contact, also a withheld number.</value>
    public ContactKind? ContactKind { get; init; }

    internal void ThrowIfInvalid()
    {
        if (ContactKind is { } kind && !Enum.IsDefined(kind))
            throw new ArgumentOutOfRangeException(nameof(ContactKind));
        if (Channel is { } channel && !Enum.IsDefined(channel))
            throw new ArgumentOutOfRangeException(nameof(Channel));
        if (Direction is { } direction && !Enum.IsDefined(direction))
            throw new ArgumentOutOfRangeException(nameof(Direction));
        if (Outcome is { } outcome && !Enum.IsDefined(outcome))
            throw new ArgumentOutOfRangeException(nameof(Outcome));
    }
}
