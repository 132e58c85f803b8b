namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Rankings.</summary>
sealed partial class PlanBuilder
{
    int? _limit;
    QuestionOrder? _order;
    bool _isRanked;

    internal static bool IsRank(Symbol symbol) =>
        symbol.IsAny(
            Sense.Top,
            Sense.Most,
            Sense.Least,
            Sense.Busiest,
            Sense.Quietest,
            Sense.Best,
            Sense.Worst,
            Sense.Longest,
            Sense.Shortest
        );

    /// <summary>"fastest responding team", "most calling customers".</summary>
    bool IsRankedByVerb(int index) =>
        index > 1
        && symbols[index - 1].IsAny(Sense.Replied, Sense.Answered, Sense.Missed, Sense.Calling, Sense.Texting)
        && IsRank(symbols[index - 2]);

    /// <summary>"lines with the most missed calls", "agents with the number of calls".</summary>
    bool HasRankBehind(int index)
    {
        if (index + 1 >= symbols.Count || !symbols[index + 1].Is(Sense.With))
            return false;
        Symbol? next = symbols.Skip(index + 2).FirstOrDefault(s => !s.Is(Sense.Filler));
        return next is not null && (IsRank(next) || next.Is(Sense.Count));
    }

    void ReadRank()
    {
        Sense? rank = symbols.FirstOrDefault(IsRank)?.Sense;
        if (rank is null)
            return;
        // "what is the most calls in a day": a rank needs something to order.
        Symbol? number = symbols.FirstOrDefault(s => s.Kind is SymbolKind.Number && IsLimit(s));
        if (number is not null)
        {
            _usedNumbers.Add(number.Index);
            if (number.Number is < 1 or > QuestionPlan.MaxLimit)
                Refuse(RefusalReason.NotAnswerable, $"A ranking has 1 to {QuestionPlan.MaxLimit} rows.", "top 10");
        }
        bool leaderboard = symbols.Any(s => s.Is(Sense.Top) && tokens[s.Index].Text[0] is 'l' or 'r');
        if (leaderboard && _grain is null)
            _dimension ??= QuestionDimension.Member;
        // "highest first" orders all rows.
        for (int i = 1; i < symbols.Count; i++)
            _groupIsPlural |= tokens[symbols[i].Index].Is("first") && IsRank(symbols[i - 1]);
        _isRanked = true;
        _limit = number?.Number ?? (_groupIsPlural || leaderboard || (_dimension is null && _grain is null) ? 10 : 1);
        _order = rank switch
        {
            Sense.Least or Sense.Quietest or Sense.Shortest => QuestionOrder.Ascending,
            _ => QuestionOrder.Descending,
        };
        if (
            rank is Sense.Top
            && symbols.FirstOrDefault(s => s.IsAny(Sense.Least, Sense.Worst, Sense.Shortest)) is { } worst
        )
            (rank, _order) = (worst.Sense, worst.Is(Sense.Worst) ? QuestionOrder.Descending : QuestionOrder.Ascending);
        _rank = rank;
        if (_dimension is null && _grain is null && (rank is Sense.Busiest or Sense.Quietest || Has(Sense.When)))
            _dimension = QuestionDimension.HourOfWeek;
    }

    Sense? _rank;

    bool IsLimit(Symbol number)
    {
        int at = symbols.IndexOf(number);
        Symbol? before = at > 0 ? symbols[at - 1] : null,
            next = at + 1 < symbols.Count ? symbols[at + 1] : null;
        return (before is not null && (IsRank(before) || before.Is(Sense.Filler)))
            || (
                next is not null
                && (
                    IsRank(next)
                    || next.IsAny(
                        Sense.Member,
                        Sense.Line,
                        Sense.Team,
                        Sense.ContactNoun,
                        Sense.Day,
                        Sense.Week,
                        Sense.Month,
                        Sense.Hour,
                        Sense.Source,
                        Sense.DayOfWeek
                    )
                )
            );
    }

    /// <summary>
    /// The order that "best" and "worst" mean for a metric: many missed calls are bad, a high answer rate is good.
    /// </summary>
    QuestionOrder? OrderFor(QuestionMetric metric)
    {
        bool lowIsGood =
            metric
            is QuestionMetric.MissedCalls
                or QuestionMetric.MissedRate
                or QuestionMetric.UnreturnedCalls
                or QuestionMetric.CallBackTime
                or QuestionMetric.ResponseTime
                or QuestionMetric.Cost;
        bool isTime = metric is QuestionMetric.CallBackTime or QuestionMetric.ResponseTime;
        return _rank switch
        {
            Sense.Best when lowIsGood => QuestionOrder.Ascending,
            Sense.Worst when !lowIsGood => QuestionOrder.Ascending,
            Sense.Quietest when isTime => QuestionOrder.Descending, // "slowest"
            _ => _order,
        };
    }
}
