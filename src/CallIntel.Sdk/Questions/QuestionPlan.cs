using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Questions;

/// <summary>
/// What a question means: a closed set of metrics, groups, filters and a period. A plan contains no SQL and names no
/// org; it is answered by the dashboards and the search of the session that runs it.
/// </summary>
/// <remarks>
/// Immutable. Plans with the same values are equal. <see cref="ToJson"/> and <see cref="FromJson"/> are lossless.
/// </remarks>
public sealed partial record QuestionPlan
{
    /// <summary>The maximum number of values of one filter: 20.</summary>
    public const int MaxValues = 20;

    /// <summary>The maximum length of the text to search for: 200 characters (UTF-16 code units).</summary>
    public const int MaxSearchLength = 200;

    /// <summary>The maximum number of rows of a ranking or a search: 100.</summary>
    public const int MaxLimit = 100;

    /// <summary>What is counted or measured.</summary>
    public required QuestionMetric Metric { get; init; }

    /// <summary>The period.</summary>
    public required PlanPeriod Period { get; init; }

    /// <summary>The IANA name of the time zone of all times of the plan.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The period to compare with.</summary>
    /// <value>The default value is <see langword="null"/>: no comparison.</value>
    public PlanPeriod? Comparison { get; init; }

    /// <summary>How the rows are divided, apart from time.</summary>
    /// <value>The default value is <see langword="null"/>: not at all.</value>
    public QuestionDimension? Dimension { get; init; }

    /// <summary>The size of time buckets.</summary>
    /// <value>The default value is <see langword="null"/>: the period is not divided.</value>
    public QuestionGrain? Grain { get; init; }

    /// <summary>The channel.</summary>
    /// <value>The default value is <see langword="null"/>: any channel that the metric has.</value>
    public QuestionChannel? Channel { get; init; }

    /// <summary>The direction from the org's point of view.</summary>
    /// <value>The default value is <see langword="null"/>: any direction that the metric has.</value>
    public EventDirection? Direction { get; init; }

    /// <summary>The outcome.</summary>
    /// <value>The default value is <see langword="null"/>: any outcome that the metric has.</value>
    public EventOutcome? Outcome { get; init; }

    /// <summary>The kind of contacts.</summary>
    /// <value>The default value is <see langword="null"/>: new and returning contacts.</value>
    public QuestionContacts? ContactKind { get; init; }

    /// <summary>The hours of the week.</summary>
    /// <value>The default value is <see langword="null"/>: all hours.</value>
    public PlanHours? Hours { get; init; }

    /// <summary>Whether only the business hours of the org count, or only the time outside of them.</summary>
    /// <value>The default value is <see langword="null"/>: both.</value>
    public bool? InBusinessHours { get; init; }

    /// <summary>The members; empty means all.</summary>
    [PseudonymousData]
    public PlanList<MemberId> Members { get; init; } = PlanList<MemberId>.Empty;

    /// <summary>The teams; empty means all.</summary>
    public PlanList<TeamId> Teams { get; init; } = PlanList<TeamId>.Empty;

    /// <summary>The telephone lines of the org; empty means all.</summary>
    [PseudonymousData]
    public PlanList<LineId> Lines { get; init; } = PlanList<LineId>.Empty;

    /// <summary>The contacts; empty means all.</summary>
    [PseudonymousData]
    public PlanList<ContactId> Contacts { get; init; } = PlanList<ContactId>.Empty;

    /// <summary>The names of the sources; empty means all.</summary>
    public PlanList<string> Sources { get; init; } = PlanList<string>.Empty;

    /// <summary>The text to search for. Required for <see cref="QuestionMetric.Matches"/>, otherwise null.</summary>
    [ProtectedData]
    public string? Search { get; init; }

    /// <summary>The maximum number of rows, 1 to <see cref="MaxLimit"/>.</summary>
    /// <value>The default value is <see langword="null"/>: all rows in their natural order.</value>
    public int? Limit { get; init; }

    /// <summary>The order of the rows by value.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: descending if <see cref="Limit"/> is set, otherwise the natural
    /// order.
    /// </value>
    public QuestionOrder? Order { get; init; }

    /// <summary>Returns the metric only; names and texts are not included.</summary>
    public override string ToString() => $"{nameof(QuestionPlan)} {{ {Metric} }}";
}
