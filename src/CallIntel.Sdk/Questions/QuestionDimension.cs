namespace CallIntel.Sdk.Questions;

/// <summary>How the rows of an answer are divided, apart from time.</summary>
public enum QuestionDimension
{
    /// <summary>One row per channel: call, SMS, MMS or voicemail.</summary>
    Channel = 1,

    /// <summary>One row per direction: inbound or outbound.</summary>
    Direction,

    /// <summary>One row per outcome.</summary>
    Outcome,

    /// <summary>One row per member.</summary>
    Member,

    /// <summary>One row per team. A member of several teams counts for each of them.</summary>
    Team,

    /// <summary>One row per telephone line of the org.</summary>
    Line,

    /// <summary>One row per contact.</summary>
    Contact,

    /// <summary>One row per source.</summary>
    Source,

    /// <summary>One row per day of the week.</summary>
    DayOfWeek,

    /// <summary>One row per hour of the day, 0 to 23.</summary>
    HourOfDay,

    /// <summary>One row per hour of the week, for a heat map.</summary>
    HourOfWeek,
}
