using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Questions;

/// <summary>The questions to the dashboards, and their rows as tallies.</summary>
sealed partial class PlanRunner
{
    static readonly EventOutcome[] MissedOutcomes =
    [
        EventOutcome.Missed,
        EventOutcome.Busy,
        EventOutcome.Failed,
        EventOutcome.Rejected,
    ];

    /// <summary>
    /// More contacts than any ranking has, so that sums of several rankings are right where it matters.
    /// </summary>
    const int ContactsPerFigure = 1_000;

    /// <summary>Whether one figure has a row per member or line. It has no time buckets and no hours.</summary>
    bool IsFromActivity =>
        plan is { Dimension: QuestionDimension.Member or QuestionDimension.Line, Grain: null, Hours: null }
        && plan.Metric
            is QuestionMetric.Calls
                or QuestionMetric.AnsweredCalls
                or QuestionMetric.MissedCalls
                or QuestionMetric.AnswerRate
                or QuestionMetric.MissedRate
                or QuestionMetric.TalkTime
                or QuestionMetric.Messages
        && plan.Outcome is null
        && !(IsAboutAnswering && plan.Direction is EventDirection.Outbound)
        && plan.Channel is null or QuestionChannel.Call;

    bool IsAboutAnswering =>
        plan.Metric
            is QuestionMetric.AnsweredCalls
                or QuestionMetric.MissedCalls
                or QuestionMetric.AnswerRate
                or QuestionMetric.MissedRate;

    bool IsByHour => plan.Dimension is QuestionDimension.HourOfDay or QuestionDimension.HourOfWeek;

    Task<IEnumerable<(RowKey, Tally)>> AskAsync(
        RowKey key,
        DashboardFilter filter,
        PlanPeriod period,
        CancellationToken cancellationToken
    ) =>
        plan.Metric switch
        {
            QuestionMetric.ResponseTime or QuestionMetric.ResponseRate => ResponsesAsync(
                key,
                filter,
                period,
                cancellationToken
            ),
            QuestionMetric.ReturnedCalls
            or QuestionMetric.UnreturnedCalls
            or QuestionMetric.ReturnRate
            or QuestionMetric.CallBackTime => ReturnsAsync(key, filter, period, cancellationToken),
            QuestionMetric.Contacts or QuestionMetric.NewContacts or QuestionMetric.ReturningContacts =>
                ContactCountsAsync(key, filter, period, cancellationToken),
            QuestionMetric.Cost => CostsAsync(key, filter, period, cancellationToken),
            _ when plan.Dimension is QuestionDimension.Contact => ContactsAsync(filter, period, cancellationToken),
            _ when IsFromActivity => ActivityAsync(filter, period, cancellationToken),
            QuestionMetric.AnsweredCalls
            or QuestionMetric.MissedCalls
            or QuestionMetric.AnswerRate
            or QuestionMetric.MissedRate
            or QuestionMetric.AverageTalkTime => CallsAsync(key, filter, period, cancellationToken),
            _ => VolumeAsync(key, filter, period, cancellationToken),
        };

    async Task<IEnumerable<(RowKey, Tally)>> VolumeAsync(
        RowKey key,
        DashboardFilter filter,
        PlanPeriod period,
        CancellationToken cancellationToken
    )
    {
        bool messages =
            plan.Metric is QuestionMetric.Messages && plan.Channel is null || plan.Channel is QuestionChannel.Message;
        return from point in await Rows(dashboards.VolumeAsync(Query(period, FigureGrain, filter), cancellationToken))
                .ConfigureAwait(false)
            where !messages || point.Channel is EventChannel.Sms or EventChannel.Mms
            where IsInHours(point.Start)
            select (
                KeyOf(key, point.Start, point.Channel, point.Direction),
                new Tally(Events: point.Events, TalkSeconds: point.TalkSeconds)
            );
    }

    async Task<IEnumerable<(RowKey, Tally)>> CostsAsync(
        RowKey key,
        DashboardFilter filter,
        PlanPeriod period,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<CostPoint> points = await Rows(
                dashboards.CostsAsync(Query(period, FigureGrain, filter), cancellationToken)
            )
            .ConfigureAwait(false);
        bool messages = plan.Channel is QuestionChannel.Message;
        List<(RowKey, Tally)> rows = [];
        foreach (CostPoint point in points)
        {
            if ((messages && point.Channel is not (EventChannel.Sms or EventChannel.Mms)) || !IsInHours(point.Start))
                continue;
            AddCurrency(point.Currency ?? "");
            rows.Add(
                (
                    KeyOf(key, point.Start, point.Channel, point.Direction),
                    new Tally(Events: point.Records, Cost: point.Cost)
                )
            );
        }
        return rows;
    }

    /// <summary>Amounts of two currencies cannot be added.</summary>
    void AddCurrency(string currency)
    {
        lock (_lock)
            if ((_currency ??= currency) != currency)
                throw new PlanRefusedException(
                    RefusalReason.NotAnswerable,
                    "The prices are in several currencies, which cannot be added. Ask for one channel, line or source.",
                    "cost of calls last month"
                );
    }

    async Task<IEnumerable<(RowKey, Tally)>> CallsAsync(
        RowKey key,
        DashboardFilter filter,
        PlanPeriod period,
        CancellationToken cancellationToken
    ) =>
        from point in await Rows(dashboards.AnswerRateAsync(Query(period, FigureGrain, filter), cancellationToken))
            .ConfigureAwait(false)
        where IsInHours(point.Start)
        select (
            KeyOf(key, point.Start, EventChannel.Call, point.Direction),
            new Tally(point.Calls, point.TalkSeconds, point.Answered, point.Missed)
        );

    /// <summary>
    /// A figure per member or line. It tells answered calls; the missed ones are asked for by their outcomes.
    /// </summary>
    async Task<IEnumerable<(RowKey, Tally)>> ActivityAsync(
        DashboardFilter filter,
        PlanPeriod period,
        CancellationToken cancellationToken
    )
    {
        bool needsMissed =
            plan.Metric is QuestionMetric.MissedCalls or QuestionMetric.AnswerRate or QuestionMetric.MissedRate;
        List<(RowKey, Tally)> rows = [];
        if (plan.Metric is not QuestionMetric.MissedCalls)
            rows.AddRange(await ActivityAsync(filter, null, period, cancellationToken).ConfigureAwait(false));
        if (!needsMissed)
            return rows;
        foreach (
            IEnumerable<(RowKey, Tally)> missed in await Task.WhenAll(
                    MissedOutcomes.Select(outcome => ActivityAsync(filter, outcome, period, cancellationToken))
                )
                .ConfigureAwait(false)
        )
            rows.AddRange(missed);
        return rows;
    }

    async Task<IEnumerable<(RowKey, Tally)>> ActivityAsync(
        DashboardFilter filter,
        EventOutcome? missed,
        PlanPeriod period,
        CancellationToken cancellationToken
    )
    {
        DashboardQuery query = Query(period, Grain.Day, missed is null ? filter : filter with { Outcome = missed });
        IEnumerable<(Guid? Id, long In, long Answered, long Out, long Messages, long Talk)> rows =
            plan.Dimension is QuestionDimension.Member
                ? (await Rows(dashboards.MemberActivityAsync(query, cancellationToken)).ConfigureAwait(false)).Select(
                    m => (m.Member?.Value, m.InboundCalls, m.AnsweredCalls, m.OutboundCalls, m.Messages, m.TalkSeconds)
                )
                : (await Rows(dashboards.LineActivityAsync(query, cancellationToken)).ConfigureAwait(false)).Select(l =>
                    (l.Line?.Value, l.InboundCalls, l.AnsweredCalls, l.OutboundCalls, l.Messages, l.TalkSeconds)
                );
        return rows.Where(row => IsAsked(row.Id))
            .Select(row =>
                (
                    new RowKey(Id: row.Id),
                    missed is not null
                        ? new Tally(Missed: row.In)
                        : new Tally(
                            plan.Metric is QuestionMetric.Messages ? row.Messages : row.In + row.Out,
                            row.Talk,
                            row.Answered
                        )
                )
            );
    }

    /// <summary>Whether a member or line is one of those that the plan is limited to.</summary>
    bool IsAsked(Guid? id) =>
        plan.Dimension is QuestionDimension.Member
            ? plan.Members.Count == 0 || plan.Members.Any(member => member.Value == id)
            : plan.Lines.Count == 0 || plan.Lines.Any(line => line.Value == id);

    async Task<IEnumerable<(RowKey, Tally)>> ContactsAsync(
        DashboardFilter filter,
        PlanPeriod period,
        CancellationToken cancellationToken
    )
    {
        EventChannel?[] channels =
            plan.Metric is QuestionMetric.Messages && filter.Channel is null || plan.Channel is QuestionChannel.Message
                ? [EventChannel.Sms, EventChannel.Mms]
            : IsAboutAnswering ? [EventChannel.Call]
            : [filter.Channel];
        EventOutcome?[] outcomes = plan.Metric switch
        {
            QuestionMetric.MissedCalls => [.. MissedOutcomes.Select(outcome => (EventOutcome?)outcome)],
            QuestionMetric.AnsweredCalls => [EventOutcome.Completed],
            _ => [filter.Outcome],
        };
        List<(RowKey, Tally)> rows = [];
        foreach (EventChannel? channel in channels)
        foreach (EventOutcome? outcome in outcomes)
            rows.AddRange(
                (
                    await Rows(
                            dashboards.TopContactsAsync(
                                Query(period, Grain.Day, filter with { Channel = channel, Outcome = outcome }),
                                ContactsPerFigure,
                                cancellationToken
                            )
                        )
                        .ConfigureAwait(false)
                ).Select(row =>
                    (
                        row.Contact is { } contact ? new RowKey(Id: contact.Value) : new RowKey(RowKey.Rest),
                        new Tally(row.Events, row.TalkSeconds, row.Events, row.Events)
                    )
                )
            );
        return rows;
    }

    async Task<IEnumerable<(RowKey, Tally)>> ContactCountsAsync(
        RowKey key,
        DashboardFilter filter,
        PlanPeriod period,
        CancellationToken cancellationToken
    ) =>
        from count in await Rows(
                dashboards.ContactCountsAsync(
                    Query(period, GrainOf(plan.Grain ?? WholeGrain(period) ?? QuestionGrain.Month), filter),
                    cancellationToken
                )
            )
            .ConfigureAwait(false)
        select (
            key with
            {
                Bucket = plan.Grain is { } grain ? StartOf(count.Start.DateTime, grain) : null,
            },
            new Tally(Events: count.Contacts, Answered: count.NewContacts, Missed: count.ReturningContacts)
        );

    async Task<IEnumerable<(RowKey, Tally)>> ReturnsAsync(
        RowKey key,
        DashboardFilter filter,
        PlanPeriod period,
        CancellationToken cancellationToken
    ) =>
        from day in await Rows(dashboards.UnansweredCallsAsync(Query(period, Grain.Day, filter), cancellationToken))
            .ConfigureAwait(false)
        let start = day.Day.ToDateTime(default)
        select (
            key with
            {
                Code = plan.Dimension is QuestionDimension.DayOfWeek ? CodeOf(day.Day.DayOfWeek) : key.Code,
                Bucket = plan.Grain is { } grain ? StartOf(start, grain) : null,
            },
            new Tally(Missed: day.Unanswered, Returned: day.CalledBack, MedianSeconds: day.MedianSecondsToCallBack)
        );

    async Task<IEnumerable<(RowKey, Tally)>> ResponsesAsync(
        RowKey key,
        DashboardFilter filter,
        PlanPeriod period,
        CancellationToken cancellationToken
    ) =>
        from all in await Rows(dashboards.ResponseTimesAsync(Query(period, Grain.Day, filter), cancellationToken))
            .ConfigureAwait(false)
        select (key, new Tally(Events: all.Messages, Answered: all.Answered, MedianSeconds: all.MedianSeconds));

    /// <summary>
    /// The grain to ask for: hours if hours matter, otherwise the buckets of the plan, or the largest.
    /// </summary>
    Grain FigureGrain =>
        plan.Hours is { From: > 0 } or { To: < 24 } || IsByHour || plan.Grain is QuestionGrain.Hour ? Grain.Hour
        : plan.Hours is not null || plan.Dimension is QuestionDimension.DayOfWeek ? Grain.Day
        : GrainOf(plan.Grain ?? QuestionGrain.Month);

    static Grain GrainOf(QuestionGrain grain) =>
        grain switch
        {
            QuestionGrain.Hour => Grain.Hour,
            QuestionGrain.Day => Grain.Day,
            QuestionGrain.Week => Grain.Week,
            _ => Grain.Month,
        };

    bool IsInHours(DateTimeOffset start) => plan.Hours is not { } hours || hours.Contains(start.DateTime);

    RowKey KeyOf(RowKey key, DateTimeOffset start, EventChannel channel, EventDirection direction) =>
        key with
        {
            Code = plan.Dimension switch
            {
                QuestionDimension.Channel => (int)channel,
                QuestionDimension.Direction => (int)direction,
                QuestionDimension.DayOfWeek => CodeOf(start.DayOfWeek),
                QuestionDimension.HourOfDay => start.Hour,
                QuestionDimension.HourOfWeek => (CodeOf(start.DayOfWeek) * 24) + start.Hour,
                _ => key.Code,
            },
            Bucket = plan.Grain is { } grain ? StartOf(start.DateTime, grain) : key.Bucket,
        };

    /// <summary>Days of the week in the order of ISO 8601: Monday is 0.</summary>
    static int CodeOf(DayOfWeek day) => ((int)day + 6) % 7;
}
