namespace CallIntel.Sdk.Questions;

/// <summary>The size of the time buckets of an answer.</summary>
public enum QuestionGrain
{
    /// <summary>Hours.</summary>
    Hour = 1,

    /// <summary>Calendar days.</summary>
    Day,

    /// <summary>Weeks, starting on Monday.</summary>
    Week,

    /// <summary>Calendar months.</summary>
    Month,
}
