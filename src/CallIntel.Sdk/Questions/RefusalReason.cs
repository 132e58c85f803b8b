namespace CallIntel.Sdk.Questions;

/// <summary>Why a question was refused.</summary>
public enum RefusalReason
{
    /// <summary>The question has no words.</summary>
    Empty = 1,

    /// <summary>
    /// The question is longer than <see cref="QuestionReader.MaxLength"/> characters or has too many words.
    /// </summary>
    TooLong,

    /// <summary>The question contains control characters or unpaired surrogates.</summary>
    NotText,

    /// <summary>The question is not about calls, messages or contacts of the org.</summary>
    OutOfScope,

    /// <summary>A word of the question is unknown. The suggestions name words that could be meant.</summary>
    UnknownWord,

    /// <summary>A part of the question has several meanings. The suggestions name them.</summary>
    Ambiguous,

    /// <summary>The question is understood, but no dashboard or search answers it.</summary>
    NotAnswerable,

    /// <summary>The question is about the future.</summary>
    Future,

    /// <summary>A date or a time of the question does not exist or cannot be used.</summary>
    InvalidTime,

    /// <summary>A follow-up question has no question before it.</summary>
    NoPreviousQuestion,

    /// <summary>The language model was not available, did not answer in time, or did not return a valid plan.</summary>
    ModelFailed,
}
