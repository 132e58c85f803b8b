namespace CallIntel.Sdk.Questions.Planning;

/// <summary>What a part of a question says about time.</summary>
/// <param name="Period">The period, as if nothing in it were in the future; null if only hours are named.</param>
/// <param name="Unit">The unit that the period consists of; null if it is no whole unit.</param>
/// <param name="Count">The number of units.</param>
sealed record TimeExpression(PlanPeriod? Period, TimeUnit? Unit, int Count = 1)
{
    /// <summary>The hours of the week to which it is limited.</summary>
    internal PlanHours? Hours { get; init; }

    /// <summary>
    /// The days of the week that "Friday" or "weekend" names: the latest ones, or those of a longer period that the
    /// question names too.
    /// </summary>
    internal PlanDays? Days { get; init; }

    /// <summary>Whether only business hours count, or only the time outside.</summary>
    internal bool? InBusinessHours { get; init; }

    /// <summary>
    /// For "the week before" or "a year earlier": the unit to go back from another period. Null if the expression does
    /// not refer to another one.
    /// </summary>
    internal TimeUnit? Back { get; init; }

    /// <summary>For "the previous period": as long as the other period, and directly before it.</summary>
    internal bool IsPeriodBefore { get; init; }

    /// <summary>Why the expression cannot be used.</summary>
    internal TimeFault Fault { get; init; }

    internal bool IsRelative => Back is not null || IsPeriodBefore;
}

/// <summary>Why a part of a question about time cannot be used.</summary>
enum TimeFault
{
    None,

    /// <summary>3/6/2026 is the third of June or the sixth of March.</summary>
    AmbiguousDate,

    /// <summary>No such day, hour or week exists.</summary>
    NoSuchTime,

    /// <summary>Part of a day that passes midnight.</summary>
    PassesMidnight,

    /// <summary>"Until Friday" does not say from when.</summary>
    NoStart,

    /// <summary>"The end of May" does not say which days.</summary>
    Vague,

    /// <summary>Nothing can be known about the future.</summary>
    Future,
}
