namespace CallIntel.Sdk.Questions.Planning;

/// <summary>The plan of a question, or the reason why there is none.</summary>
sealed record PlanResult
{
    internal QuestionPlan? Plan { get; init; }

    internal QuestionRefusal? Refusal { get; init; }

    /// <summary>How sure the planner is, 0 to 1.</summary>
    internal double Confidence { get; init; } = 1;

    /// <summary>What the planner assumed, in sentences for the asker.</summary>
    internal IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Words that are in no lexicon. They may be names, so the planner needs the vocabulary.</summary>
    internal IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Whether a language model made the plan.</summary>
    internal bool IsFromModel { get; init; }

    /// <summary>
    /// Whether a name may be among the words of the lexicon, so that the vocabulary could change the plan.
    /// </summary>
    internal bool NeedsVocabulary { get; init; }

    internal static PlanResult Refuse(RefusalReason reason, string message, params IReadOnlyList<string> suggestions) =>
        new() { Refusal = new QuestionRefusal(reason, message, [.. suggestions.Take(10)]), Confidence = 0 };
}
