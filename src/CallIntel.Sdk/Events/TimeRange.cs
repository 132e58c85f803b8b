using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Events;

/// <summary>A span of time: events that began at or after <see cref="From"/> and before <see cref="To"/>.</summary>
/// <remarks>The default value is empty; whatever takes a range refuses it.</remarks>
public readonly record struct TimeRange
{
    const int MaxYears = 20;

    /// <summary>Makes a range.</summary>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The first moment after it; at most twenty years later.</param>
    /// <exception cref="CallIntelException"><c>CI0009</c>: the range is empty or longer than twenty years.</exception>
    public TimeRange(DateTimeOffset from, DateTimeOffset to)
    {
        From = from;
        To = to;
        ThrowIfInvalid();
    }

    /// <summary>The first moment of the range.</summary>
    public DateTimeOffset From { get; }

    /// <summary>The first moment after the range.</summary>
    public DateTimeOffset To { get; }

    /// <summary>
    /// The last days up to this moment: days of 24 hours, so the first one is seldom a whole calendar day.
    /// </summary>
    /// <param name="days">How many, from 1 on.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="CallIntelException"><c>CI0009</c>: less than one day, or more than twenty years.</exception>
    public static TimeRange LastDays(int days, TimeProvider? timeProvider = null)
    {
        if (days is < 1 or > MaxYears * 366)
            throw Invalid();
        DateTimeOffset now = (timeProvider ?? TimeProvider.System).GetUtcNow();
        return new TimeRange(now.AddDays(-days), now);
    }

    internal void ThrowIfInvalid()
    {
        if (
            To <= From
            || (
                From.UtcDateTime.Year < DateTime.MaxValue.Year - MaxYears
                && To > From.ToUniversalTime().AddYears(MaxYears)
            )
        )
            throw Invalid();
    }

    static CallIntelException Invalid() =>
        new(
            ErrorCodes.InvalidTimeRange,
            $"The time range is empty or longer than {MaxYears} years.",
            "Let it end after it begins, or ask for less at a time."
        );
}
