using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Groups, rankings and directions.</summary>
sealed partial class PlanBuilder
{
    readonly HashSet<int> _usedNumbers = [];
    bool _groupIsPlural;
    int? _limit;
    QuestionOrder? _order;
    bool _countsContacts;
    bool _isRanked;
    bool _needsVocabulary;

    /// <summary>
    /// Whether a noun for agents, teams, lines or sources is alone: its name may be a word of the lexicon.
    /// </summary>
    internal bool NeedsVocabulary => _needsVocabulary;

    /// <summary>Returns the phrase before a symbol, over fillers, articles and numbers.</summary>
    Symbol? Before(int index, bool overAdjectives = false)
    {
        for (int i = index - 1; i >= 0; i--)
        {
            Symbol symbol = symbols[i];
            if (symbol.Kind is SymbolKind.Number || symbol.IsAny(Sense.Filler, Sense.All, Sense.Me))
                continue;
            if (symbol.Is(Sense.Cost) && tokens[symbol.Index].IsAny("expensive", "costly"))
                continue; // "the most expensive lines"
            if (overAdjectives && symbol.IsAny(Sense.New, Sense.Returning, Sense.Inbound, Sense.Outbound))
                continue;
            return symbol;
        }
        return null;
    }

    void ReadGroups()
    {
        bool ranks = symbols.Any(IsRank);
        for (int i = 0; i < symbols.Count; i++)
        {
            Symbol symbol = symbols[i];
            if (symbol.Kind is not SymbolKind.Phrase)
                continue;
            Symbol? before = Before(i);
            bool grouped =
                before is { } b
                && (
                    b.IsAny(Sense.By, Sense.Which, Sense.Compare)
                    || IsRank(b)
                    || (b.IsAny(Sense.And) && _dimension is not null && Continues(i))
                );
            if (symbol.IsAny(Sense.Call, Sense.Message, Sense.Sms, Sense.Mms, Sense.Voicemail) && IsDivisor(i))
                Refuse(RefusalReason.NotAnswerable, "Figures cannot be divided by each other.", Examples);
            bool counted = i > 0 && symbols[i - 1].Kind is SymbolKind.Number && ranks;
            switch (symbol.Sense)
            {
                case Sense.Hour when before is { } by && by.Is(Sense.By):
                    Group(QuestionDimension.HourOfDay, symbol);
                    break;
                case Sense.Hour when ranks || grouped:
                    Group(QuestionDimension.HourOfDay, symbol);
                    break;
                case Sense.HourOfDay:
                    Group(QuestionDimension.HourOfDay, symbol);
                    break;
                case Sense.DayOfWeek:
                    Group(QuestionDimension.DayOfWeek, symbol);
                    break;
                case Sense.HourOfWeek:
                    Group(QuestionDimension.HourOfWeek, symbol);
                    break;
                case Sense.Day:
                    Bucket(QuestionGrain.Day, symbol);
                    break;
                case Sense.Week:
                    Bucket(QuestionGrain.Week, symbol);
                    break;
                case Sense.Month:
                    Bucket(QuestionGrain.Month, symbol);
                    break;
                case Sense.Quarter:
                    Refuse(
                        RefusalReason.NotAnswerable,
                        "Figures are available by hour, day, week and month, not by quarter.",
                        "by month"
                    );
                    break;
                case Sense.Channel when grouped:
                    Group(QuestionDimension.Channel, symbol);
                    break;
                case Sense.Direction when grouped || symbol.Count > 1:
                    Group(QuestionDimension.Direction, symbol);
                    break;
                case Sense.Outcome:
                    Group(QuestionDimension.Outcome, symbol);
                    break;
                case Sense.Source when grouped || counted:
                    Group(QuestionDimension.Source, symbol);
                    break;
                case Sense.Line when grouped || counted:
                    Group(QuestionDimension.Line, symbol);
                    break;
                case Sense.Team when grouped || counted:
                    Group(QuestionDimension.Team, symbol);
                    break;
                case Sense.Member when grouped || counted || (ranks && !IsNextToEntity(i)):
                    Group(QuestionDimension.Member, symbol);
                    break;
                case Sense.Member or Sense.Team or Sense.Line or Sense.Source:
                    _needsVocabulary = true;
                    break;
                case Sense.ContactNoun:
                    ReadContactNoun(i, grouped || counted);
                    break;
                case Sense.Who:
                    Group(WhoIs(i), symbol);
                    _groupIsPlural = true;
                    break;
                case Sense.Whom:
                    Group(QuestionDimension.Contact, symbol);
                    _groupIsPlural = true;
                    break;
            }
        }
        ReadEachOf();
        if (_grain is null && Has(Sense.Trend) && !Has(Sense.Compare))
            _wantsTrend = true;
    }

    /// <summary>"cost per call", "calls divided by messages", but not "top agents by calls".</summary>
    bool IsDivisor(int index) =>
        index > 0 && symbols[index - 1] is var by && by.Is(Sense.By) && tokens[by.Index].IsAny("per", "pr", "divided");

    bool _wantsTrend;

    /// <summary>"each of the last 4 weeks" has rows per week.</summary>
    void ReadEachOf()
    {
        for (int i = 1; i < symbols.Count; i++)
            if (
                symbols[i].Time is { Count: > 1, Unit: { } unit }
                && Before(i) is { } each
                && (each.Is(Sense.By) || (each.Is(Sense.With) && i > 1 && symbols[i - 2].Is(Sense.By)))
            )
                _grain ??= unit switch
                {
                    TimeUnit.Hour => QuestionGrain.Hour,
                    TimeUnit.Day => QuestionGrain.Day,
                    TimeUnit.Week => QuestionGrain.Week,
                    _ => QuestionGrain.Month,
                };
    }

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

    /// <summary>"by agent and day": what follows "and" is a group too.</summary>
    bool Continues(int index) =>
        index > 1 && symbols[index - 1].Is(Sense.And) && symbols[index - 2].Kind is SymbolKind.Phrase;

    bool IsNextToEntity(int index) =>
        (index > 0 && symbols[index - 1].Kind is SymbolKind.Entity)
        || (index + 1 < symbols.Count && symbols[index + 1].Kind is SymbolKind.Entity);

    void Group(QuestionDimension dimension, Symbol symbol)
    {
        if (_dimension is { } other && other != dimension)
        {
            Refuse(
                RefusalReason.NotAnswerable,
                "Answers are divided by one thing and by time, not by two things.",
                PlanWords.By(other),
                PlanWords.By(dimension)
            );
            return;
        }
        _dimension = dimension;
        _groupIsPlural |= IsPlural(symbol);
    }

    void Bucket(QuestionGrain grain, Symbol symbol)
    {
        if (_grain is { } other && other != grain && !Has(Sense.Compare))
            Refuse(RefusalReason.Ambiguous, "The question names two sizes of time buckets.", "per day", "per week");
        _grain = grain;
        _groupIsPlural |= IsPlural(symbol);
    }

    bool IsPlural(Symbol symbol) =>
        tokens
            .Skip(symbol.Index)
            .Take(symbol.Count)
            .Any(t => t.Is("people") || t.Is("staff") || (t.Text.Length > 3 && t.Text[^1] is 's' && !t.Is("this")));

    void ReadContactNoun(int index, bool grouped)
    {
        if (tokens[symbols[index].Index].IsAny("caller", "callers"))
        {
            _senses.Add(Sense.Calling);
            _direction ??= EventDirection.Inbound;
        }
        Symbol? before = Before(index, overAdjectives: true);
        bool qualified = index > 0 && symbols[index - 1].IsAny(Sense.New, Sense.Returning);
        if (before is { } from && (from.IsAny(Sense.From, Sense.To, Sense.With) || (from.Is(Sense.By) && qualified)))
        {
            if (from.Is(Sense.From) && !_senses.Contains(Sense.Outbound))
                _direction ??= EventDirection.Inbound;
            else if (from.Is(Sense.To))
                _direction ??= EventDirection.Outbound;
            return;
        }
        if (before is { } count && count.Is(Sense.Count))
            _countsContacts = true;
        else if (grouped)
            Group(QuestionDimension.Contact, symbols[index]);
        else if (
            !HasAny(Sense.Call, Sense.Message, Sense.Sms, Sense.Missed, Sense.Event, Sense.Voicemail, Sense.TalkTime)
        )
            _countsContacts = true;
        // "do customers call", "callers who hung up": the contact is the one who calls.
        if (symbols.Skip(index + 1).Take(3).Any(s => s.IsAny(Sense.Calling, Sense.Texting, Sense.Call)))
            _contactActs = true;
    }

    bool _contactActs;

    /// <summary>"Who" are agents, if they do what agents do; otherwise contacts.</summary>
    QuestionDimension WhoIs(int index)
    {
        Symbol[] rest = [.. symbols.Skip(index + 1)];
        if (
            rest is [var did, { Kind: SymbolKind.Entity }, ..]
            && did.Is(Sense.Filler)
            && tokens[did.Index].IsAny("did", "does", "has")
        )
            return QuestionDimension.Contact; // "who did Anna call"
        if (
            rest.Any(s => s.IsAny(Sense.CalledUs, Sense.TextedUs, Sense.ContactedUs))
            && !rest.Any(s => s.IsAny(Sense.Answered, Sense.Missed))
        )
            return QuestionDimension.Contact;
        if (rest.FirstOrDefault(s => s.IsAny(Sense.Calling, Sense.Texting, Sense.ContactNoun)) is { } verb)
        {
            if (!verb.Is(Sense.ContactNoun) && !rest.Any(s => s.IsAny(Sense.Outbound, Sense.Answered, Sense.Missed)))
            {
                Assume("\"Who\" was read as the contacts who called or wrote.", 0.85);
                _direction ??= EventDirection.Inbound;
                return QuestionDimension.Contact;
            }
        }
        return QuestionDimension.Member;
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

    void ReadDirections()
    {
        bool inbound = HasAny(Sense.Inbound, Sense.CalledUs, Sense.TextedUs, Sense.ContactedUs),
            outbound = HasAny(Sense.Outbound, Sense.WeCalled, Sense.WeTexted);
        if (Has(Sense.Inbound) && outbound)
        {
            if (_dimension is null)
                _dimension = QuestionDimension.Direction;
        }
        else if (inbound && !outbound || Has(Sense.Inbound))
            _direction = EventDirection.Inbound;
        else if (outbound)
            _direction = EventDirection.Outbound;
        else if (_contactActs && HasAny(Sense.Calling, Sense.Texting))
            _direction ??= EventDirection.Inbound;

        if (Has(Sense.New) && Has(Sense.Returning))
            Refuse(RefusalReason.NotAnswerable, "Ask for new or for returning contacts.", "new contacts last week");
        if (Has(Sense.New))
            _contactKind = QuestionContacts.New;
        else if (Has(Sense.Returning))
            _contactKind = QuestionContacts.Returning;
        if (Has(Sense.Busy) && Has(Sense.Call))
            _outcome = EventOutcome.Busy;
        if (Has(Sense.Failed))
            _outcome = EventOutcome.Failed;
        if (Has(Sense.Rejected))
            _outcome = EventOutcome.Rejected;
        if (Has(Sense.Blocked))
            _outcome = EventOutcome.Blocked;
    }

    void Assume(string sentence, double factor)
    {
        _assumptions.Add(sentence);
        _confidence *= factor;
    }
}
