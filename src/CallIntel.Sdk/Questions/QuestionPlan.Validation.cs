namespace CallIntel.Sdk.Questions;

public sealed partial record QuestionPlan
{
    /// <summary>The maximum length of the name of a source: 200 characters.</summary>
    const int MaxSourceLength = 200;

    /// <exception cref="CallIntelException"><c>CI0390</c>: the plan is invalid.</exception>
    internal void ThrowIfInvalid()
    {
        if (Problem() is { } problem)
            throw Invalid(problem);
    }

    /// <summary>Returns what is wrong with the plan; null if it is valid. No value of the plan is included.</summary>
    string? Problem()
    {
        if (!Period.IsValid || Comparison is { IsValid: false })
            return "A period is empty, longer than 20 years, or outside of the years 1970 to 2900.";
        if (TimeZone is null || TimeZone.Length is 0 or > 64)
            return "The time zone is missing or too long.";
        if (
            !Enum.IsDefined(Metric)
            || !IsDefined(Dimension)
            || !IsDefined(Grain)
            || !IsDefined(Channel)
            || !IsDefined(Direction)
            || !IsDefined(Outcome)
            || !IsDefined(ContactKind)
            || !IsDefined(Order)
        )
            return "A metric, a group or a filter is not one of the known values.";
        if (Hours is { IsValid: false })
            return "The hours of the week are empty or out of range.";
        if (Hours is not null && InBusinessHours is not null)
            return "Hours of the week and business hours cannot be combined.";
        if (
            new[] { Members?.Count, Teams?.Count, Lines?.Count, Contacts?.Count, Sources?.Count }.Any(count =>
                count is null or > MaxValues
            )
        )
            return $"A filter is null or has more than {MaxValues} values.";
        if (Sources!.Any(name => name.Length is 0 or > MaxSourceLength))
            return "The name of a source is empty or too long.";
        if (Limit is < 1 or > MaxLimit)
            return $"The limit is not between 1 and {MaxLimit}.";
        if (Metric is QuestionMetric.Matches != Search is not null)
            return "A text to search for belongs to the metric matches, and only to it.";
        return Search is not null && (string.IsNullOrWhiteSpace(Search) || Search.Length > MaxSearchLength)
            ? $"The text to search for is blank or longer than {MaxSearchLength} characters."
            : null;
    }

    static bool IsDefined<T>(T? value)
        where T : struct, Enum => value is null || Enum.IsDefined(value.Value);
}
