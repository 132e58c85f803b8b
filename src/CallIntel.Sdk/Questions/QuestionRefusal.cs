namespace CallIntel.Sdk.Questions;

/// <summary>Why a question has no answer, and what could be asked instead.</summary>
/// <param name="Reason">The reason. Stable, so your application can branch on it.</param>
/// <param name="Message">
/// The reason in one sentence for the asker. It can quote a word of the question or a name that the asker may see, so
/// do not log it.
/// </param>
/// <param name="Suggestions">Questions or words that could be meant, at most ten. Do not log them either.</param>
public sealed record QuestionRefusal(
    RefusalReason Reason,
    [property: Classification.ProtectedData] string Message,
    [property: Classification.ProtectedData] IReadOnlyList<string> Suggestions
)
{
    /// <summary>Returns the reason only.</summary>
    public override string ToString() => $"{nameof(QuestionRefusal)} {{ {Reason} }}";
}
