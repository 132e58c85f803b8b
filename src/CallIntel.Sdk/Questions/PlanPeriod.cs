using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Questions;

/// <summary>A period of a plan, in local time of the plan's time zone.</summary>
/// <param name="From">The start, inclusive.</param>
/// <param name="To">The end, exclusive; at most <see cref="MaxYears"/> years after the start.</param>
public readonly record struct PlanPeriod(DateTime From, DateTime To)
{
    /// <summary>The length of the longest period: 20 years.</summary>
    public const int MaxYears = 20;

    internal bool IsValid =>
        From.Kind is DateTimeKind.Unspecified
        && To.Kind is DateTimeKind.Unspecified
        && From.Year is >= 1970 and <= 2900
        && To > From
        && To <= From.AddYears(MaxYears);

    internal TimeSpan Length => To - From;

    /// <summary>
    /// Returns the range of points in time. A local time that the clocks skip is as long after the gap as it is after
    /// the start of the gap, so a day that starts in a gap starts at its end. Of a local time that occurs twice, the
    /// earlier moment counts, so consecutive periods touch.
    /// </summary>
    internal TimeRange In(TimeZoneInfo zone) => new(Instant(From, zone), Instant(To, zone));

    internal static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone)
    {
        TimeSpan offset =
            zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddDays(-1))
            : zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
