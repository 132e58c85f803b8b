using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.SyncHealth;

namespace CallIntel.Sdk.Questions;

/// <summary>The answer to a question, or the reason why there is none.</summary>
public sealed record QuestionAnswer
{
    /// <summary>Why the question has no answer; null if it has one.</summary>
    [ProtectedData]
    public QuestionRefusal? Refusal { get; init; }

    /// <summary>What the question was understood to mean; null if it was not understood.</summary>
    /// <remarks>
    /// Pass it as <see cref="QuestionOptions.Previous"/> with the next question, which can then refine it.
    /// </remarks>
    [ProtectedData]
    public QuestionPlan? Plan { get; init; }

    /// <summary>
    /// The plan in words, with the names that the asker may see. Show it with the answer, so that the asker notices a
    /// misunderstanding. Null if the question was not understood.
    /// </summary>
    [ProtectedData]
    public string? Restatement { get; init; }

    /// <summary>
    /// What the planner assumed, in sentences: a default period, a corrected word. Show them with the answer.
    /// </summary>
    [ProtectedData]
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>How sure the planner is that the plan is what was meant, 0 to 1. Each assumption lowers it.</summary>
    public double Confidence { get; init; }

    /// <summary>Whether a language model made the plan.</summary>
    public bool IsFromModel { get; init; }

    /// <summary>The rows, at most <see cref="QuestionReader.MaxRows"/>.</summary>
    [ProtectedData]
    public IReadOnlyList<QuestionRow> Rows { get; init; } = [];

    /// <summary>
    /// The calls and messages that a question about texts found, the best first, with passages of their contents. The
    /// access ledger records them.
    /// </summary>
    /// <value>Empty unless the metric of the plan is <see cref="QuestionMetric.Matches"/>.</value>
    [ProtectedData]
    public IReadOnlyList<SearchHit> Citations { get; init; } = [];

    /// <summary>The unit of the values of the rows.</summary>
    public QuestionUnit Unit { get; init; }

    /// <summary>
    /// The currency of costs as the sources report it, for example <c>USD</c>. Null if they report none, and for other
    /// units than <see cref="QuestionUnit.Money"/>.
    /// </summary>
    public string? Currency { get; init; }

    /// <summary>The chart that suits the rows.</summary>
    public QuestionChart Chart { get; init; }

    /// <summary>
    /// The time up to which all sources are complete, as in <see cref="Dashboards.DashboardAnswer{T}.AsOf"/>.
    /// </summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The worst state of the org's streams.</summary>
    public SourceState WorstState { get; init; }

    /// <summary>Whether the question has an answer.</summary>
    public bool IsAnswered => Refusal is null;

    /// <summary>Returns whether the question has an answer, and the number of rows.</summary>
    public override string ToString() =>
        $"{nameof(QuestionAnswer)} {{ {Refusal?.Reason.ToString() ?? $"{Rows.Count} rows"} }}";
}
