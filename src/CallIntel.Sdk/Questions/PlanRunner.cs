using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Teams;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Questions;

/// <summary>
/// Answers a plan by questions to the dashboards. What a plan cannot say, nothing here can ask: all values are typed,
/// and the session of the dashboards decides about the org and the rows. One instance runs one plan.
/// </summary>
sealed partial class PlanRunner(
    DashboardReader dashboards,
    TeamDirectory teams,
    SyncHealthReader syncHealth,
    QuestionPlan plan,
    TimeZoneInfo zone
)
{
    /// <summary>The maximum number of questions to the dashboards for one plan.</summary>
    internal const int MaxQueries = 64;

    /// <summary>The longest period that is divided by hours.</summary>
    const int MaxDaysByHour = 400;

    const int Concurrency = 4;

    readonly Lock _lock = new();
    int _queries;
    (DateTimeOffset? AsOf, SourceState Worst)? _freshness;
    IReadOnlyList<Guid> _sources = [];

    string? _currency;

    /// <summary>The currency of the costs; null if the plan is not about costs or the sources report none.</summary>
    internal string? Currency => string.IsNullOrEmpty(_currency) ? null : _currency;

    internal DateTimeOffset? AsOf => _freshness?.AsOf;

    internal SourceState WorstState => _freshness?.Worst ?? SourceState.NeverRun;

    /// <summary>The tallies of the rows of a period.</summary>
    internal async Task<Dictionary<RowKey, Tally>> RunAsync(PlanPeriod period, CancellationToken cancellationToken)
    {
        if (plan.Sources.Count > 0 || plan.Dimension is QuestionDimension.Source)
            _sources = await SourcesAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<(RowKey Key, DashboardFilter Filter)> groups = await GroupsAsync(period, cancellationToken)
            .ConfigureAwait(false);
        List<(RowKey Key, DashboardFilter Filter, PlanPeriod Period)> questions =
        [
            .. from @group in groups
            from filter in Filters(@group.Filter)
            from part in Parts(period)
            select (@group.Key with { Bucket = part.Bucket }, filter, part.Period),
        ];
        _queries += questions.Count;
        if (_queries > MaxQueries)
            throw new PlanRefusedException(
                RefusalReason.NotAnswerable,
                "The answer needs too many figures. Ask about fewer names, a shorter period or larger time buckets."
            );
        Dictionary<RowKey, Tally> rows = [];
        foreach (var chunk in questions.Chunk(Concurrency))
        {
            IEnumerable<(RowKey Key, Tally Tally)>[] answers = await Task.WhenAll(
                    chunk.Select(q => AskAsync(q.Key, q.Filter, q.Period, cancellationToken))
                )
                .ConfigureAwait(false);
            foreach ((RowKey key, Tally tally) in answers.SelectMany(answer => answer))
                rows[key] = rows.GetValueOrDefault(key) + tally;
        }
        return rows;
    }

    TimeRange Range(PlanPeriod period) => period.In(zone);

    DashboardQuery Query(PlanPeriod period, Grain grain, DashboardFilter filter) =>
        new(Range(period)) { Grain = grain.In(plan.TimeZone), Filter = filter };

    async Task<IReadOnlyList<T>> Rows<T>(Task<DashboardAnswer<T>> question)
    {
        DashboardAnswer<T> answer = await question.ConfigureAwait(false);
        lock (_lock)
            _freshness = _freshness is { } known
                ? (
                    answer.AsOf < known.AsOf ? answer.AsOf : known.AsOf,
                    known.Worst > answer.WorstState ? known.Worst : answer.WorstState
                )
                : (answer.AsOf, answer.WorstState);
        return answer.Rows;
    }

    /// <summary>One filter for each combination of the names of the plan; their numbers are added.</summary>
    IEnumerable<DashboardFilter> Filters(DashboardFilter start)
    {
        IEnumerable<DashboardFilter> filters = [start];
        if (plan.Dimension is not QuestionDimension.Member || start.Member is null)
            filters = With(filters, plan.Members, (filter, member) => filter with { Member = member });
        if (plan.Dimension is not QuestionDimension.Team)
            filters = With(filters, plan.Teams, (filter, team) => filter with { Team = team });
        if (plan.Dimension is not QuestionDimension.Line || start.Line is null)
            filters = With(filters, plan.Lines, (filter, line) => filter with { Line = line });
        if (plan.Dimension is not QuestionDimension.Source)
            filters = With(filters, _sources, (filter, source) => filter with { Source = source });
        return With(filters, plan.Contacts, (filter, contact) => filter with { Contact = contact });
    }

    static IEnumerable<DashboardFilter> With<T>(
        IEnumerable<DashboardFilter> filters,
        IReadOnlyList<T> values,
        Func<DashboardFilter, T, DashboardFilter> with
    )
        where T : notnull =>
        values.Count == 0 ? filters : filters.SelectMany(filter => values.Select(value => with(filter, value)));

    /// <summary>What all figures of the plan are limited to.</summary>
    DashboardFilter BaseFilter =>
        new()
        {
            Channel = plan.Channel switch
            {
                QuestionChannel.Sms => EventChannel.Sms,
                QuestionChannel.Mms => EventChannel.Mms,
                QuestionChannel.Voicemail => EventChannel.Voicemail,
                QuestionChannel.Call => EventChannel.Call,
                _ => plan.Metric switch
                {
                    QuestionMetric.Calls or QuestionMetric.TalkTime => EventChannel.Call,
                    QuestionMetric.Voicemails => EventChannel.Voicemail,
                    _ => null,
                },
            },
            Direction = plan.Direction
                ?? (Planning.PlanBuilder.IsInboundByNature(plan.Metric) ? EventDirection.Inbound : null),
            Outcome = plan.Outcome,
            DuringBusinessHours = plan.InBusinessHours,
            ContactKind = plan.ContactKind switch
            {
                QuestionContacts.New => ContactKind.New,
                QuestionContacts.Returning => ContactKind.Returning,
                _ => null,
            },
        };

    /// <summary>
    /// The groups that need figures of their own: everything that the figures do not divide by themselves.
    /// </summary>
    async Task<IReadOnlyList<(RowKey, DashboardFilter)>> GroupsAsync(
        PlanPeriod period,
        CancellationToken cancellationToken
    )
    {
        DashboardFilter all = BaseFilter;
        switch (plan.Dimension)
        {
            case QuestionDimension.Outcome:
                return
                [
                    .. Enum.GetValues<EventOutcome>()
                        .Where(outcome => plan.Outcome is null || plan.Outcome == outcome)
                        .Select(outcome => (new RowKey((int)outcome), all with { Outcome = outcome })),
                ];
            case QuestionDimension.Team:
                IReadOnlyList<Team> known = await teams.ListAsync(cancellationToken).ConfigureAwait(false);
                return
                [
                    .. known
                        .Where(team => plan.Teams.Count == 0 || plan.Teams.Contains(team.Id))
                        .Select(team => (new RowKey(Id: team.Id.Value), all with { Team = team.Id })),
                ];
            case QuestionDimension.Source:
                return [.. _sources.Select(source => (new RowKey(Id: source), all with { Source = source }))];
            case QuestionDimension.Member when !IsFromActivity:
                return
                [
                    .. (await MembersAsync(period, cancellationToken).ConfigureAwait(false)).Select(member =>
                        (new RowKey(Id: member.Value), all with { Member = member })
                    ),
                ];
            case QuestionDimension.Line when !IsFromActivity:
                return
                [
                    .. (await LinesAsync(period, cancellationToken).ConfigureAwait(false)).Select(line =>
                        (new RowKey(Id: line.Value), all with { Line = line })
                    ),
                ];
            default:
                return [(default, all)];
        }
    }

    /// <summary>The ids of the sources that the plan names; of all if it names none.</summary>
    async Task<IReadOnlyList<Guid>> SourcesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, Guid> known = await syncHealth
            .ListSourcesAsync(cancellationToken)
            .ConfigureAwait(false);
        if (plan.Sources.Count == 0)
            return [.. known.OrderBy(source => source.Key, StringComparer.Ordinal).Select(source => source.Value)];
        return plan.Sources.All(known.ContainsKey)
            ? [.. plan.Sources.Distinct().Select(name => known[name])]
            : throw new PlanRefusedException(
                RefusalReason.UnknownWord,
                "The org has no source with this name. Ask by source to see their names.",
                "calls by source"
            );
    }

    async Task<IEnumerable<MemberId>> MembersAsync(PlanPeriod period, CancellationToken cancellationToken) =>
        plan.Members.Count > 0
            ? plan.Members
            : (
                await Rows(dashboards.MemberActivityAsync(Query(period, Grain.Day, BaseFilter), cancellationToken))
                    .ConfigureAwait(false)
            )
                .Select(row => row.Member)
                .OfType<MemberId>();

    async Task<IEnumerable<LineId>> LinesAsync(PlanPeriod period, CancellationToken cancellationToken) =>
        plan.Lines.Count > 0
            ? plan.Lines
            : (
                await Rows(dashboards.LineActivityAsync(Query(period, Grain.Day, BaseFilter), cancellationToken))
                    .ConfigureAwait(false)
            )
                .Select(row => row.Line)
                .OfType<LineId>();

    /// <summary>The periods that need figures of their own: the time to an answer has no buckets.</summary>
    IEnumerable<(DateTime? Bucket, PlanPeriod Period)> Parts(PlanPeriod period) =>
        plan.Metric is QuestionMetric.ResponseTime or QuestionMetric.ResponseRate && plan.Grain is { } grain
            ? Buckets(period, grain)
                .Select(start => ((DateTime?)start, Part(period, start, Next(start, grain))))
                .TakeWhile((_, i) => i <= MaxQueries)
            : [(null, period)];

    static PlanPeriod Part(PlanPeriod period, DateTime start, DateTime end) =>
        new(start > period.From ? start : period.From, end < period.To ? end : period.To);

    /// <summary>The local starts of the buckets of a period.</summary>
    internal static IEnumerable<DateTime> Buckets(PlanPeriod period, QuestionGrain grain)
    {
        for (DateTime start = StartOf(period.From, grain); start < period.To; start = Next(start, grain))
            yield return start;
    }

    internal static DateTime StartOf(DateTime local, QuestionGrain grain) =>
        grain switch
        {
            QuestionGrain.Hour => local.Date.AddHours(local.Hour),
            QuestionGrain.Day => local.Date,
            QuestionGrain.Week => local.Date.AddDays(-(((int)local.DayOfWeek + 6) % 7)),
            _ => new DateTime(local.Year, local.Month, 1),
        };

    static DateTime Next(DateTime start, QuestionGrain grain) =>
        grain switch
        {
            QuestionGrain.Hour => start.AddHours(1),
            QuestionGrain.Day => start.AddDays(1),
            QuestionGrain.Week => start.AddDays(7),
            _ => start.AddMonths(1),
        };
}
