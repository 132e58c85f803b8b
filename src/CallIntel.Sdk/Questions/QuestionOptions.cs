using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Questions;

/// <summary>How a question is understood.</summary>
public sealed record QuestionOptions
{
    /// <summary>The IANA name of the asker's time zone, which defines "today" and "between 9 and 17".</summary>
    /// <value>
    /// The default value is <see langword="null"/>: the home zone of the org, or UTC if it has none. It is read once
    /// per session.
    /// </value>
    public string? TimeZone { get; init; }

    /// <summary>The plan of the question before, which a question such as "and by agent?" refines.</summary>
    /// <value>The default value is <see langword="null"/>: the question stands alone.</value>
    [ProtectedData]
    public QuestionPlan? Previous { get; init; }

    /// <summary>The first day of "last week" and "this week".</summary>
    /// <value>
    /// The default value is <see cref="DayOfWeek.Monday"/>. Rows per week always start on Mondays.
    /// </value>
    public DayOfWeek FirstDayOfWeek { get; init; } = DayOfWeek.Monday;

    /// <summary>The language model that plans questions.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: no model is used, and nothing leaves the application.
    /// </value>
    public QuestionModel? Model { get; init; }
}
