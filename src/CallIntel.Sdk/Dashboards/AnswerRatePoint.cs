using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The calls of one direction in one time bucket, and how many were answered.</summary>
/// <param name="Start">
/// The start of the bucket, with the UTC offset of the grain's time zone at that time. May be before the range.
/// </param>
/// <param name="Direction">The direction from the org's point of view.</param>
/// <param name="Calls">The number of calls. Buckets without calls have no row.</param>
/// <param name="Answered">The number of calls that were answered.</param>
/// <param name="Missed">
/// The number of calls that were missed, were busy, failed or were rejected. Blocked calls and calls with an unknown
/// outcome are neither answered nor missed.
/// </param>
/// <param name="TalkSeconds">The total duration in seconds.</param>
public sealed record AnswerRatePoint(
    DateTimeOffset Start,
    EventDirection Direction,
    long Calls,
    long Answered,
    long Missed,
    long TalkSeconds
)
{
    /// <summary>The share of answered calls among those that were answered or missed, 0 to 1; 0 without any.</summary>
    public double AnsweredShare => Answered + Missed == 0 ? 0 : (double)Answered / (Answered + Missed);
}
