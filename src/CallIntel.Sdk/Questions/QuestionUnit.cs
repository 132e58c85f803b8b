namespace CallIntel.Sdk.Questions;

/// <summary>The unit of the values of an answer.</summary>
public enum QuestionUnit
{
    /// <summary>A number of calls, messages or contacts.</summary>
    Count = 1,

    /// <summary>A share, 0 to 1.</summary>
    Share,

    /// <summary>A duration in seconds.</summary>
    Seconds,

    /// <summary>An amount of money in <see cref="QuestionAnswer.Currency"/>.</summary>
    Money,
}
