using Microsoft.Extensions.AI;

namespace CallIntel.Sdk.Questions;

/// <summary>
/// A language model that plans questions. It never sees rows, and what it returns is only ever a plan.
/// </summary>
/// <param name="Client">
/// The chat client. Prefer a model with structured output; the reply is validated in any case, and repaired once.
/// </param>
/// <remarks>
/// The prompt contains the question, the date, the schema of plans and, only with <see cref="SendsNames"/>, names.
/// Names of members, teams, lines, contacts and sources that the question mentions and the asker may see are replaced
/// by placeholders before the question is sent. Everything else that the asker wrote is sent as it is.
/// </remarks>
public sealed record QuestionModel(IChatClient Client)
{
    /// <summary>
    /// Whether the model plans every question. Otherwise it only plans questions that the planner without a model does
    /// not understand.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool PlansEveryQuestion { get; init; }

    /// <summary>
    /// Whether the names of up to 200 members, teams, lines and sources that the asker may see are sent with each
    /// question, so that the model recognizes nicknames. Names of contacts and telephone numbers are never sent.
    /// Personal data of employees leaves the application, so make sure that you may send it.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool SendsNames { get; init; }

    /// <summary>How long the model may take for a question, including the repair of its reply.</summary>
    /// <value>The default value is 20 seconds. Allowed: 1 second to 5 minutes.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Whether the planner without a model plans the question if the model is not available, takes too long or
    /// returns no valid plan. Otherwise such a question is refused with <see cref="RefusalReason.ModelFailed"/>.
    /// </summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool FallsBack { get; init; } = true;

    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Client);
        ArgumentOutOfRangeException.ThrowIfLessThan(Timeout, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Timeout, TimeSpan.FromMinutes(5));
    }
}
