namespace CallIntel.Sdk.Questions;

/// <summary>Ends the run of a plan that no figure answers. It does not leave the namespace.</summary>
#pragma warning disable CA1064, CA1032 // internal, and always with a reason
sealed class PlanRefusedException(RefusalReason reason, string message, params IReadOnlyList<string> suggestions)
    : Exception(message)
{
    internal QuestionRefusal Refusal { get; } = new(reason, message, suggestions);
}
