namespace CallIntel.Sdk.Questions;

/// <summary>The chart that suits an answer.</summary>
public enum QuestionChart
{
    /// <summary>One number, or one number beside that of another period.</summary>
    Number = 1,

    /// <summary>A line over time. With a dimension, one line per group.</summary>
    Line,

    /// <summary>Horizontal bars, in the order of the rows.</summary>
    Bar,

    /// <summary>Days of the week by hours of the day.</summary>
    HeatMap,

    /// <summary>A list of calls and messages.</summary>
    List,
}
