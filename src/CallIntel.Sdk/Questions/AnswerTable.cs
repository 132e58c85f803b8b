using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Questions;

/// <summary>
/// Turns tallies into the rows of an answer: values, comparison, order and limit. Names are added later.
/// </summary>
static class AnswerTable
{
    /// <summary>A row without its label.</summary>
    internal readonly record struct Row(RowKey Key, double? Value, double? Comparison);

    /// <exception cref="PlanRefusedException">The answer would have too many rows.</exception>
    internal static List<Row> Build(
        QuestionPlan plan,
        Dictionary<RowKey, Tally> tallies,
        Dictionary<RowKey, Tally>? others
    )
    {
        RowKey[] groups =
        [
            .. tallies.Keys.Concat((others ?? []).Keys).Select(key => key with { Bucket = null }).Distinct(),
        ];
        if (plan.Dimension is null)
            groups = [default];
        (DateTime? Bucket, DateTime? Other)[] buckets = Buckets(plan);
        if ((long)groups.Length * buckets.Length > QuestionReader.MaxRows && (plan.Limit is null || plan.Grain is null))
            groups = plan.Grain is null
                ? [.. Ranked(plan, groups, tallies).Take(QuestionReader.MaxRows)]
                : throw new PlanRefusedException(
                    RefusalReason.NotAnswerable,
                    $"The answer would have more than {QuestionReader.MaxRows} rows. Use larger time buckets.",
                    "per week",
                    "per month"
                );
        if (plan is { Dimension: not null, Limit: { } most })
            groups = [.. Ranked(plan, groups, tallies).Where(g => g.Code != RowKey.Rest).Take(most)];
        else
            groups =
                plan.Order is null && !IsEntity(plan.Dimension)
                    ? [.. groups.OrderBy(g => g.Code)]
                    : [.. Ranked(plan, groups, tallies)];

        double? ValueOf(Dictionary<RowKey, Tally>? of, RowKey key) =>
            of is null ? null
            : of.TryGetValue(key, out Tally tally) || Counts(plan.Metric) ? tally.Value(plan.Metric)
            : null;
        IEnumerable<Row> rows =
            from @group in groups
            from bucket in buckets
            select new Row(
                @group with
                {
                    Bucket = bucket.Bucket,
                },
                ValueOf(tallies, @group with { Bucket = bucket.Bucket }),
                bucket.Other is null && plan.Grain is not null
                    ? null
                    : ValueOf(others, @group with { Bucket = bucket.Other })
            );
        if (
            plan is { Dimension: null, Grain: not null }
            && (plan.Limit ?? (plan.Order is null ? null : int.MaxValue)) is { } limit
        )
            rows = Order(plan, rows.Where(row => row.Value is not null), row => row.Value).Take(limit);
        return [.. rows.Take(QuestionReader.MaxRows)];
    }

    static bool IsEntity(QuestionDimension? dimension) =>
        dimension
            is QuestionDimension.Member
                or QuestionDimension.Team
                or QuestionDimension.Line
                or QuestionDimension.Source
                or QuestionDimension.Contact;

    /// <summary>Counts of rows without events are zero; shares and medians of them do not exist.</summary>
    static bool Counts(QuestionMetric metric) =>
        Tally.UnitOf(metric) is QuestionUnit.Count || metric is QuestionMetric.TalkTime;

    /// <summary>The groups by their values over the whole period; the unknown ones and the rest are last.</summary>
    static IEnumerable<RowKey> Ranked(QuestionPlan plan, IEnumerable<RowKey> groups, Dictionary<RowKey, Tally> tallies)
    {
        Dictionary<RowKey, Tally> sums = [];
        foreach ((RowKey key, Tally tally) in tallies)
            sums[key with { Bucket = null }] = sums.GetValueOrDefault(key with { Bucket = null }) + tally;
        IEnumerable<RowKey> ordered = Order(plan, groups, group => sums.GetValueOrDefault(group).Value(plan.Metric));
        return ordered.OrderBy(group => group.Code == RowKey.Rest || (IsEntity(plan.Dimension) && group.Id is null));
    }

    static IOrderedEnumerable<T> Order<T>(QuestionPlan plan, IEnumerable<T> items, Func<T, double?> value)
    {
        IOrderedEnumerable<T> known = items.OrderBy(item => value(item) is null);
        return plan.Order is QuestionOrder.Ascending ? known.ThenBy(value) : known.ThenByDescending(value);
    }

    /// <summary>The buckets of the period, each with the bucket at the same position of the other period.</summary>
    static (DateTime?, DateTime?)[] Buckets(QuestionPlan plan)
    {
        if (plan.Grain is not { } grain)
            return [(null, null)];
        DateTime[] starts = [.. PlanRunner.Buckets(plan.Period, grain).Take(QuestionReader.MaxRows + 1)];
        DateTime[] others = plan.Comparison is { } other
            ? [.. PlanRunner.Buckets(other, grain).Take(QuestionReader.MaxRows + 1)]
            : [];
        return [.. starts.Select((start, i) => ((DateTime?)start, i < others.Length ? (DateTime?)others[i] : null))];
    }

    internal static string Label(QuestionDimension dimension, RowKey key) =>
        dimension switch
        {
            QuestionDimension.Channel => ((EventChannel)key.Code) switch
            {
                EventChannel.Call => "calls",
                EventChannel.Sms => "SMS",
                EventChannel.Mms => "MMS",
                _ => "voicemails",
            },
            QuestionDimension.Direction => ((EventDirection)key.Code).ToString().ToLowerInvariant(),
            QuestionDimension.Outcome => ((EventOutcome)key.Code).ToString().ToLowerInvariant(),
            QuestionDimension.DayOfWeek => Day(key.Code),
            QuestionDimension.HourOfDay => FormattableString.Invariant($"{key.Code:00}:00"),
            QuestionDimension.HourOfWeek => FormattableString.Invariant($"{Day(key.Code / 24)} {key.Code % 24:00}:00"),
            _ => key.Code == RowKey.Rest ? "all others" : "unknown",
        };

    static string Day(int code) => ((DayOfWeek)((code + 1) % 7)).ToString();

    internal static QuestionChart Chart(QuestionPlan plan) =>
        plan switch
        {
            { Metric: QuestionMetric.Matches } => QuestionChart.List,
            { Grain: not null, Limit: null, Order: null } => QuestionChart.Line,
            { Dimension: QuestionDimension.HourOfWeek, Limit: null } => QuestionChart.HeatMap,
            { Dimension: null, Grain: null } => QuestionChart.Number,
            _ => QuestionChart.Bar,
        };
}
