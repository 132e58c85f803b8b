using CallIntel.Sdk.Organization;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>The working days that deadlines consider. Immutable.</summary>
public sealed class WorkingCalendar
{
    readonly HashSet<DateOnly> _holidays;
    readonly bool[] _weekend = new bool[7];

    /// <summary>Creates a calendar.</summary>
    /// <param name="holidays">The public holidays. Holidays on a weekend have no effect.</param>
    /// <param name="weekend">The days of the weekend. Default: Saturday and Sunday.</param>
    /// <exception cref="ArgumentException">Every day of the week is a day of the weekend.</exception>
    public WorkingCalendar(IEnumerable<DateOnly> holidays, IEnumerable<DayOfWeek>? weekend = null)
    {
        ArgumentNullException.ThrowIfNull(holidays);
        _holidays = [.. holidays];
        foreach (DayOfWeek day in weekend ?? [DayOfWeek.Saturday, DayOfWeek.Sunday])
            _weekend[(int)day] = true;
        if (!_weekend.Contains(false))
            throw new ArgumentException("A week needs a working day.", nameof(weekend));
    }

    /// <summary>Monday to Friday without holidays.</summary>
    public static WorkingCalendar MondayToFriday { get; } = new([]);

    /// <summary>Whether a day is a working day.</summary>
    /// <param name="day">The day.</param>
    public bool IsWorkingDay(DateOnly day) => !_weekend[(int)day.DayOfWeek] && !_holidays.Contains(day);

    /// <summary>Returns the day itself if it is a working day, and otherwise the next working day.</summary>
    /// <param name="day">The day.</param>
    public DateOnly NextWorkingDay(DateOnly day)
    {
        while (!IsWorkingDay(day))
            day = day.AddDays(1);
        return day;
    }

    /// <summary>Returns the last of a number of working days that begin after a day.</summary>
    /// <param name="day">The day, which is not counted.</param>
    /// <param name="count">The number of working days, at least 1.</param>
    public DateOnly AddWorkingDays(DateOnly day, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        for (int i = 0; i < count; i++)
            day = NextWorkingDay(day.AddDays(1));
        return day;
    }

    internal static WorkingCalendar Create(BusinessHours? hours) =>
        hours is null ? MondayToFriday : new WorkingCalendar(hours.Holidays);
}
