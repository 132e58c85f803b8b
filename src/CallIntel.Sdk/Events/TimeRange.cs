using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Events;

/// <summary>
/// A time range. It contains events that started at or after <see cref="From"/> and before <see cref="To"/>.
/// </summary>
/// <remarks>The default value is an empty range, which methods that take a range reject.</remarks>
public readonly record struct TimeRange
{
    const int MaxYears = 20;

    /// <summary>Creates a range.</summary>
    /// <param name="from">The start of the range, inclusive.</param>
    /// <param name="to">The end of the range, exclusive; at most twenty years after the start.</param>
    /// <exception cref="CallIntelException"><c>CI0009</c>: the range is empty or longer than twenty years.</exception>
    public TimeRange(DateTimeOffset from, DateTimeOffset to)
        : this(from, to, isOpen: false) { }

    TimeRange(DateTimeOffset from, DateTimeOffset to, bool isOpen)
    {
        From = from;
        To = to;
        if (!isOpen)
            ThrowIfInvalid();
    }

    /// <summary>The start of the range, inclusive.</summary>
    public DateTimeOffset From { get; }

    /// <summary>The end of the range, exclusive.</summary>
    public DateTimeOffset To { get; }

    /// <summary>
    /// Creates a range of the last days up to now. Days have 24 hours, so the range usually starts in the middle of a
    /// calendar day.
    /// </summary>
    /// <param name="days">The number of days, at least 1.</param>
    /// <param name="timeProvider">The clock. Default: the system clock.</param>
    /// <exception cref="CallIntelException"><c>CI0009</c>: less than one day or more than twenty years.</exception>
    public static TimeRange LastDays(int days, TimeProvider? timeProvider = null)
    {
        if (days is < 1 or > MaxYears * 366)
            throw Invalid();
        DateTimeOffset now = (timeProvider ?? TimeProvider.System).GetUtcNow();
        return new TimeRange(now.AddDays(-days), now);
    }

    /// <summary>
    /// Creates a range that may be without a start or an end, for searches, whose cost does not depend on its length.
    /// </summary>
    internal static TimeRange Open(DateTimeOffset? from, DateTimeOffset? to) =>
        // PostgreSQL receives the lowest and the highest time as infinities.
        new(from ?? DateTimeOffset.MinValue, to ?? DateTimeOffset.MaxValue, isOpen: true);

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
            "Use an end that is later than the start, or a shorter range."
        );
}
