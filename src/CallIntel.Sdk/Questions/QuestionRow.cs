using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Questions;

/// <summary>One row of an answer.</summary>
/// <param name="Label">
/// What the row is about: a name or number that the asker may see, a channel, a direction, an outcome, a day or an
/// hour. Null if the answer has no dimension.
/// </param>
/// <param name="Start">
/// The start of the time bucket, with the UTC offset of the plan's time zone; null if the answer has no time buckets.
/// </param>
/// <param name="Value">The value in the unit of the answer; null if there is nothing to measure.</param>
/// <param name="Comparison">
/// The value of the same row in the period to compare with. Time buckets are compared by their position in the period.
/// Null if the plan has no comparison, or there is nothing to measure.
/// </param>
public sealed record QuestionRow(
    [property: ProtectedData] string? Label,
    DateTimeOffset? Start,
    double? Value,
    double? Comparison
)
{
    /// <summary>The relative change from the comparison to the value, for example 0.25 for a quarter more.</summary>
    /// <value>Null if one of them is missing or the comparison is zero.</value>
    public double? Change =>
        Value is { } value && Comparison is { } other && other != 0 ? (value - other) / other : null;

    /// <summary>Returns the time and the values only.</summary>
    public override string ToString() => $"{nameof(QuestionRow)} {{ {Start:O} {Value} {Comparison} }}";
}
