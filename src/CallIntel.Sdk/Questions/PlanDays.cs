namespace CallIntel.Sdk.Questions;

/// <summary>Days of the week: the bit of a day is its <see cref="DayOfWeek"/>.</summary>
[Flags]
public enum PlanDays
{
    /// <summary>No day.</summary>
    None = 0,

    /// <summary>Sundays.</summary>
    Sunday = 1,

    /// <summary>Mondays.</summary>
    Monday = 2,

    /// <summary>Tuesdays.</summary>
    Tuesday = 4,

    /// <summary>Wednesdays.</summary>
    Wednesday = 8,

    /// <summary>Thursdays.</summary>
    Thursday = 16,

    /// <summary>Fridays.</summary>
    Friday = 32,

    /// <summary>Saturdays.</summary>
    Saturday = 64,

    /// <summary>Mondays to Fridays.</summary>
    Weekdays = Monday | Tuesday | Wednesday | Thursday | Friday,

    /// <summary>Saturdays and Sundays.</summary>
    Weekend = Saturday | Sunday,

    /// <summary>All days.</summary>
    All = Weekdays | Weekend,
}
