using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>New plans, and plans that refine the one of the question before.</summary>
sealed partial class PlanBuilder
{
    static readonly string[] FollowUpWords =
    [
        "and",
        "or",
        "only",
        "just",
        "now",
        "same",
        "also",
        "but",
        "then",
        "ok",
        "okay",
        "without",
        "instead",
        "as",
    ];

    bool StartsLikeFollowUp() =>
        tokens.Count > 0
        && (
            tokens[0].IsAny(FollowUpWords)
            || (tokens.Count > 1 && tokens[0].IsAny("what", "how") && tokens[1].Is("about"))
            || (tokens.Count > 1 && tokens[0].Is("compare") && tokens[1].IsAny("that", "it", "this", "to", "with"))
            || tokens.Count > 1
                && tokens[0].IsAny("limit", "narrow", "break", "split", "group")
                && tokens[1].IsAny("it", "that", "this", "by", "down", "to")
        );

    /// <summary>Whether the question changes the one before instead of being complete.</summary>
    bool IsFollowUp(QuestionMetric? metric) =>
        previous is not null && (metric is null || StartsLikeFollowUp()) && (metric is not null || HasContent());

    bool HasContent() =>
        _entities.Count > 0
        || _dimension is not null
        || _grain is not null
        || _direction is not null
        || _contactKind is not null
        || _outcome is not null
        || _limit is not null
        || _wantsTrend
        || symbols.Any(s => s.Kind is SymbolKind.Time)
        || ClearedKinds().Any();

    /// <summary>"all agents", "for all lines" in a follow-up: the filter is dropped.</summary>
    IEnumerable<Sense> ClearedKinds()
    {
        for (int i = 1; i < symbols.Count; i++)
            if (symbols[i - 1].Is(Sense.All) || (symbols[i - 1].Is(Sense.By) && tokens[symbols[i].Index - 1].Is("all")))
                yield return symbols[i].Sense;
    }

    QuestionPlan? Create(QuestionMetric metric)
    {
        Times times = ReadTimes();
        if (_refusal is not null)
            return null;
        if (_isRanked && _dimension is null && _grain is null && metric is not QuestionMetric.Matches)
        {
            Refuse(
                RefusalReason.Ambiguous,
                "The question ranks something, but does not say what.",
                "by agent",
                "by line",
                "by contact",
                "by day"
            );
            return null;
        }
        QuestionPlan plan = new()
        {
            Metric = metric,
            Period = default,
            TimeZone = timeZone,
            Dimension = metric is QuestionMetric.Matches ? null : _dimension,
            Grain = metric is QuestionMetric.Matches ? null : _grain,
            Channel = ChannelFor(metric),
            Direction = _direction,
            Outcome = _outcome,
            ContactKind = metric is QuestionMetric.NewContacts or QuestionMetric.ReturningContacts
                ? null
                : _contactKind,
            Hours = times.Hours,
            InBusinessHours = times.InBusinessHours,
            Search = _search,
            Limit = _isRanked ? _limit : null,
            Order = _isRanked ? OrderFor(metric) : null,
        };
        if (WithPeriods(plan, times) is not { } timed)
            return null;
        if (_wantsTrend && timed is { Grain: null, Comparison: null })
            timed = timed with { Grain = GrainFor(timed.Period) };
        return WithEntities(timed);
    }

    /// <summary>The buckets of a trend: about a dozen to sixty of them.</summary>
    internal static QuestionGrain GrainFor(PlanPeriod period) =>
        period.Length.TotalDays switch
        {
            <= 2 => QuestionGrain.Hour,
            <= 62 => QuestionGrain.Day,
            <= 400 => QuestionGrain.Week,
            _ => QuestionGrain.Month,
        };

    QuestionPlan? Refine(QuestionPlan plan, QuestionMetric? metric)
    {
        Times times = ReadTimes();
        if (_refusal is not null)
            return null;
        if (metric is { } other)
        {
            // "and texts?": a search and what belongs to it ends with another metric.
            plan = plan with { Metric = other, Search = _search, Outcome = _outcome, Channel = ChannelFor(other) };
        }
        if (_dimension is not null || _grain is not null)
            plan = plan with { Dimension = _dimension, Grain = _grain };
        else if (_wantsTrend)
            plan = plan with { Grain = GrainFor(plan.Period) };
        if (
            metric is null
            && (
                HasAny(Sense.Sms, Sense.Mms, Sense.Voicemail)
                || (ChannelOf(plan.Metric) is null && HasAny(Sense.Call, Sense.Message))
            )
        )
            plan = plan with { Channel = ChannelFor(plan.Metric) };
        plan = plan with
        {
            Direction = _direction ?? plan.Direction,
            ContactKind = _contactKind ?? plan.ContactKind,
            Hours = times.Hours ?? (times.InBusinessHours is null ? plan.Hours : null),
            InBusinessHours = times.InBusinessHours ?? (times.Hours is null ? plan.InBusinessHours : null),
        };
        if (_isRanked)
            plan = plan with { Limit = _limit, Order = OrderFor(plan.Metric) };
        foreach (Sense cleared in ClearedKinds())
            plan = cleared switch
            {
                Sense.Member => plan with { Members = PlanList<MemberId>.Empty, Teams = PlanList<TeamId>.Empty },
                Sense.Team => plan with { Teams = PlanList<TeamId>.Empty },
                Sense.Line => plan with { Lines = PlanList<LineId>.Empty },
                Sense.ContactNoun => plan with { Contacts = PlanList<ContactId>.Empty, ContactKind = null },
                Sense.Source => plan with { Sources = PlanList<string>.Empty },
                _ => plan,
            };
        plan = WithEntities(plan);
        return _refusal is null ? RefinePeriods(plan, times) : null;
    }

    QuestionPlan? RefinePeriods(QuestionPlan plan, Times times)
    {
        if (times.Main is { } main)
        {
            if (Clip(main.IsRelative ? Earlier(plan.Period, main) : main.Period!.Value) is not { } period)
                return null;
            plan = plan with { Period = period, Comparison = null };
        }
        if (times.Other is not { } other)
            return plan;
        TimeExpression own = times.Main
            ?? (
                UnitOf(plan.Period) is { } unit
                    ? clock.Whole(unit, plan.Period.From)
                    : new TimeExpression(plan.Period, null)
            );
        PlanPeriod? comparison = Compare(plan.Period, own, other);
        return comparison is null ? null : plan with { Comparison = comparison };
    }
}
