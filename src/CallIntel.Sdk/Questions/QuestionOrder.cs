namespace CallIntel.Sdk.Questions;

/// <summary>The order of the rows of a ranking.</summary>
public enum QuestionOrder
{
    /// <summary>The largest value first.</summary>
    Descending = 1,

    /// <summary>The smallest value first.</summary>
    Ascending,
}
