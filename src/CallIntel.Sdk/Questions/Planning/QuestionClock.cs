namespace CallIntel.Sdk.Questions.Planning;

/// <summary>The present of the asker.</summary>
/// <param name="Now">The local time.</param>
/// <param name="WeekStart">The first day of a week.</param>
sealed record QuestionClock(DateTime Now, DayOfWeek WeekStart)
{
    const long Quarter = 15 * TimeSpan.TicksPerMinute;

    internal DateTime Today => Now.Date;

    /// <summary>
    /// The end of a period that is not over: the next full quarter of an hour. Dashboards keep their figures by
    /// quarters of an hour, and events do not happen in the future.
    /// </summary>
    internal DateTime End => new((Now.Ticks / Quarter * Quarter) + Quarter);

    internal DateTime StartOf(TimeUnit unit, DateTime day) =>
        unit switch
        {
            TimeUnit.Hour => day.Date.AddHours(day.Hour),
            TimeUnit.Day => day.Date,
            TimeUnit.Week => day.Date.AddDays(-(((int)day.DayOfWeek - (int)WeekStart + 7) % 7)),
            TimeUnit.Month => new DateTime(day.Year, day.Month, 1),
            TimeUnit.Quarter => new DateTime(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1),
            TimeUnit.HalfYear => new DateTime(day.Year, day.Month < 7 ? 1 : 7, 1),
            _ => new DateTime(day.Year, 1, 1),
        };

    /// <summary>Returns a whole unit that contains a time, moved by a number of units.</summary>
    internal TimeExpression Whole(TimeUnit unit, DateTime day, int offset = 0)
    {
        DateTime from = Add(StartOf(unit, day), unit, offset);
        return new TimeExpression(new PlanPeriod(from, Add(from, unit, 1)), unit);
    }

    /// <summary>Returns the last units that end with the present one: "the last 7 days" contains today.</summary>
    internal TimeExpression Last(TimeUnit unit, int count) =>
        unit is TimeUnit.Hour
            ? new TimeExpression(new PlanPeriod(End.AddHours(-count), End), unit, count)
            : new TimeExpression(new PlanPeriod(Add(Today.AddDays(1), unit, -count), End), unit, count);

    internal static DateTime Add(DateTime time, TimeUnit unit, int count) =>
        unit switch
        {
            TimeUnit.Hour => time.AddHours(count),
            TimeUnit.Day => time.AddDays(count),
            TimeUnit.Week => time.AddDays(7 * count),
            TimeUnit.Month => time.AddMonths(count),
            TimeUnit.Quarter => time.AddMonths(3 * count),
            TimeUnit.HalfYear => time.AddMonths(6 * count),
            _ => time.AddYears(count),
        };
}
