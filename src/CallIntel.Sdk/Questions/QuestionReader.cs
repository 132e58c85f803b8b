using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Questions.Planning;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Teams;
using TokenKind = CallIntel.Sdk.Questions.Planning.TokenKind;

namespace CallIntel.Sdk.Questions;

/// <summary>
/// Answers questions in plain language, such as "missed calls by agent last week, compared to the week before". A
/// question becomes a <see cref="QuestionPlan"/>, which the dashboards and the search of the session answer: a question
/// can ask for nothing that the member could not see there.
/// </summary>
/// <remarks>
/// Thread-safe. A question that is not understood, or that no figure answers, is refused with a reason and is not an
/// error; see <see cref="QuestionAnswer.Refusal"/>. The names that a question mentions are read only if it has words
/// that the planner does not know, and the access ledger records it.
/// </remarks>
public sealed class QuestionReader
{
    /// <summary>The maximum length of a question: 500 characters (UTF-16 code units).</summary>
    public const int MaxLength = 500;

    /// <summary>The maximum number of rows of an answer: 1,000.</summary>
    public const int MaxRows = 1_000;

    readonly DashboardReader _dashboards;
    readonly SearchReader _search;
    readonly TeamDirectory _teams;
    readonly OrgSettings _organization;
    readonly SyncHealthReader _syncHealth;
    readonly VocabularyReader _vocabulary;
    readonly TimeProvider _time;
    string? _homeZone;

    internal QuestionReader(
        DashboardReader dashboards,
        SearchReader search,
        TeamDirectory teams,
        OrgSettings organization,
        SyncHealthReader syncHealth,
        VocabularyReader vocabulary,
        TimeProvider time
    ) =>
        (_dashboards, _search, _teams, _organization, _syncHealth, _vocabulary, _time) = (
            dashboards,
            search,
            teams,
            organization,
            syncHealth,
            vocabulary,
            time
        );

    /// <summary>Answers a question in English.</summary>
    /// <param name="question">
    /// The question, at most <see cref="MaxLength"/> characters. Any text is safe to pass: what is not understood is
    /// refused.
    /// </param>
    /// <param name="options">The time zone of the asker and the question before. Default: the org's home zone.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The answer, or the reason why there is none.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0025</c> the time zone is unknown; <c>CI0390</c> the previous plan is invalid; <c>CI0005</c> the role does
    /// not include a permission that the answer needs. Other codes: the connection or the session failed.
    /// </exception>
    public async Task<QuestionAnswer> AskAsync(
        string question,
        QuestionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(question);
        options ??= new QuestionOptions();
        options.Previous?.ThrowIfInvalid();
        options.Model?.ThrowIfInvalid();
        if (!Enum.IsDefined(options.FirstDayOfWeek))
            throw new ArgumentOutOfRangeException(nameof(options));
        if (QuestionText.Refusal(question) is { } refusal)
            return new QuestionAnswer { Refusal = refusal };
        string zoneName = options.TimeZone
            ?? options.Previous?.TimeZone
            ?? await HomeZoneAsync(cancellationToken).ConfigureAwait(false);
        TimeZoneInfo zone = Zone(zoneName);
        DateTime local = TimeZoneInfo.ConvertTime(_time.GetUtcNow(), zone).DateTime;
        QuestionClock clock = new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), options.FirstDayOfWeek);
        (PlanResult result, Vocabulary vocabulary) = await PlanAsync(
                question,
                clock,
                zoneName,
                options,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (result.Plan is not { } plan)
            return new QuestionAnswer { Refusal = result.Refusal, Assumptions = result.Assumptions };
        QuestionAnswer answer = await RunAsync(plan, zone, vocabulary, cancellationToken).ConfigureAwait(false);
        return answer with
        {
            Confidence = result.Confidence,
            Assumptions = result.Assumptions,
            IsFromModel = result.IsFromModel,
        };
    }

    /// <summary>Answers a plan, for example one that was stored with a saved question.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The answer. Refused if no figure answers the plan.</returns>
    /// <remarks>The same plan can have different answers for members with different permissions.</remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0390</c> the plan is invalid; otherwise the codes of <see cref="AskAsync"/>.
    /// </exception>
    public async Task<QuestionAnswer> AnswerAsync(QuestionPlan plan, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.ThrowIfInvalid();
        bool names = plan.Members.Count + plan.Teams.Count + plan.Lines.Count > 0;
        Vocabulary vocabulary = names
            ? await _vocabulary.ReadAsync(cancellationToken).ConfigureAwait(false)
            : Vocabulary.Empty;
        return await RunAsync(plan, Zone(plan.TimeZone), vocabulary, cancellationToken).ConfigureAwait(false) with
        {
            Confidence = 1,
        };
    }

    async Task<(PlanResult, Vocabulary)> PlanAsync(
        string question,
        QuestionClock clock,
        string zone,
        QuestionOptions options,
        CancellationToken cancellationToken
    )
    {
        (PlanResult result, Vocabulary vocabulary) = await PlanAsync(
                question,
                clock,
                zone,
                options.Previous,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (options.Model is not { } model || (result.Plan is not null && !model.PlansEveryQuestion))
            return (result, vocabulary);
        if (vocabulary == Vocabulary.Empty)
            vocabulary = await _vocabulary.ReadAsync(cancellationToken).ConfigureAwait(false);
        PlanResult? planned = await new ChatPlanner(model, clock, zone, vocabulary)
            .PlanAsync(question, options.Previous, _time, cancellationToken)
            .ConfigureAwait(false);
        PlanResult otherwise = model.FallsBack
            ? result
            : PlanResult.Refuse(
                RefusalReason.ModelFailed,
                "The language model is not available, or did not understand the question."
            );
        return (planned ?? otherwise, vocabulary);
    }

    /// <summary>Plans without names first: most questions have none, and reading names costs time.</summary>
    async Task<(PlanResult, Vocabulary)> PlanAsync(
        string question,
        QuestionClock clock,
        string zone,
        QuestionPlan? previous,
        CancellationToken cancellationToken
    )
    {
        PlanResult Plan(Vocabulary known) => DeterministicPlanner.Plan(question, clock, zone, known, previous);
        Vocabulary vocabulary = Vocabulary.Empty;
        PlanResult result = Plan(vocabulary);
        if (result is { Unknown.Count: 0, NeedsVocabulary: false })
            return (result, vocabulary);

        vocabulary = await _vocabulary.ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (
            string number in (Tokenizer.Divide(question) ?? [])
                .Where(token => token.Kind is TokenKind.PhoneNumber)
                .Select(token => token.Text)
                .Take(3)
        )
            if (await _vocabulary.FindByNumberAsync(number, cancellationToken).ConfigureAwait(false) is { } owner)
                vocabulary = vocabulary.With([owner]);
        result = Plan(vocabulary);
        if (result.Unknown.Count == 0)
            return (result, vocabulary);

        vocabulary = vocabulary.With(
            await _vocabulary.ReadContactsAsync(_time.GetUtcNow(), cancellationToken).ConfigureAwait(false)
        );
        return (Plan(vocabulary), vocabulary);
    }

    async Task<QuestionAnswer> RunAsync(
        QuestionPlan plan,
        TimeZoneInfo zone,
        Vocabulary vocabulary,
        CancellationToken cancellationToken
    )
    {
        string restatement = PlanWords.Restate(plan, vocabulary.NameOf);
        if (PlanRunner.Refusal(plan) is { } refusal)
            return new QuestionAnswer
            {
                Plan = plan,
                Restatement = restatement,
                Refusal = refusal,
            };
        if (plan.Metric is QuestionMetric.Matches)
            return await SearchAsync(plan, restatement, zone, cancellationToken).ConfigureAwait(false);
        PlanRunner runner = new(_dashboards, _teams, _syncHealth, plan, zone);
        try
        {
            Dictionary<RowKey, Tally> tallies = await runner
                .RunAsync(plan.Period, cancellationToken)
                .ConfigureAwait(false);
            Dictionary<RowKey, Tally>? others = plan.Comparison is { } comparison
                ? await runner.RunAsync(comparison, cancellationToken).ConfigureAwait(false)
                : null;
            List<AnswerTable.Row> rows = AnswerTable.Build(plan, tallies, others);
            return new QuestionAnswer
            {
                Plan = plan,
                Restatement = restatement,
                Rows = await LabelAsync(plan, rows, zone, vocabulary, cancellationToken).ConfigureAwait(false),
                Unit = Tally.UnitOf(plan.Metric),
                Currency = runner.Currency,
                Chart = AnswerTable.Chart(plan),
                AsOf = runner.AsOf,
                WorstState = runner.WorstState,
            };
        }
        catch (PlanRefusedException e)
        {
            return new QuestionAnswer
            {
                Plan = plan,
                Restatement = restatement,
                Refusal = e.Refusal,
            };
        }
    }

    async Task<QuestionAnswer> SearchAsync(
        QuestionPlan plan,
        string restatement,
        TimeZoneInfo zone,
        CancellationToken cancellationToken
    )
    {
        (List<SearchHit> hits, SearchAnswer found) = await TextMatches
            .FindAsync(_search, plan, zone, cancellationToken)
            .ConfigureAwait(false);
        return new QuestionAnswer
        {
            Plan = plan,
            Restatement = restatement,
            Citations = hits,
            Chart = QuestionChart.List,
            AsOf = found.AsOf,
            WorstState = found.WorstState,
            Refusal = found.Index.IsEnabled
                ? null
                : new QuestionRefusal(
                    RefusalReason.NotAnswerable,
                    "The texts of this org are not indexed. An owner or admin can turn text search on.",
                    []
                ),
        };
    }

    async Task<IReadOnlyList<QuestionRow>> LabelAsync(
        QuestionPlan plan,
        List<AnswerTable.Row> rows,
        TimeZoneInfo zone,
        Vocabulary vocabulary,
        CancellationToken cancellationToken
    )
    {
        Guid[] ids = [.. rows.Select(row => row.Key.Id).OfType<Guid>().Distinct()];
        Func<Guid, string>? nameOf =
            ids.Length > 0 && plan.Dimension is { } named
                ? await _vocabulary.LabelsAsync(named, ids, vocabulary, cancellationToken).ConfigureAwait(false)
                : null;
        return
        [
            .. rows.Select(row => new QuestionRow(
                plan.Dimension is not { } dimension ? null
                    : row.Key.Id is { } id ? nameOf!(id)
                    : AnswerTable.Label(dimension, row.Key),
                row.Key.Bucket is { } start ? Start(start, zone) : null,
                row.Value,
                row.Comparison
            )),
        ];
    }

    static DateTimeOffset Start(DateTime local, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(PlanPeriod.Instant(local, zone), zone);

    async Task<string> HomeZoneAsync(CancellationToken cancellationToken) =>
        _homeZone ??= (await _organization.GetBusinessHoursAsync(cancellationToken).ConfigureAwait(false))?.HomeZone
            ?? TimeZones.Utc;

    static TimeZoneInfo Zone(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(TimeZones.Checked(name), out TimeZoneInfo? zone)
            ? zone
            : throw new CallIntelException(
                ErrorCodes.UnknownTimeZone,
                "The time zone of the question is unknown to this machine.",
                "Use an IANA name such as \"Europe/Copenhagen\", and install time zone data if the machine has none."
            );
}
