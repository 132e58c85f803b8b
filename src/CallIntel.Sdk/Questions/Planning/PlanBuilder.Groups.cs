using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Groups.</summary>
sealed partial class PlanBuilder
{
    readonly HashSet<int> _usedNumbers = [];
    bool _groupIsPlural;
    bool _countsContacts;
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
                    )
                || symbol == _compared
                || HasRankBehind(i)
                || IsRankedByVerb(i);
            // "answered by team Sales" names one team instead of dividing by team.
            if (
                before is { } prep
                && prep.Is(Sense.By)
                && i + 1 < symbols.Count
                && symbols[i + 1].Kind is SymbolKind.Entity
            )
                grouped = false;
            if (
                symbol.IsAny(Sense.Call, Sense.Message, Sense.Sms, Sense.Mms, Sense.Voicemail, Sense.TalkTime)
                && IsDivisor(i)
            )
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
                case Sense.Day or Sense.Week or Sense.Month when IsNameless(i, grouped, ranks):
                    Refuse(
                        RefusalReason.Ambiguous,
                        $"Which {tokens[symbol.Index].Text}, or per {tokens[symbol.Index].Text}?",
                        "this week",
                        "per week"
                    );
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
                case Sense.Member or Sense.Team or Sense.Line or Sense.Source when IsCount(before) && IsPlural(symbol):
                    Refuse(
                        RefusalReason.NotAnswerable,
                        "Calls, messages and contacts are counted, but not agents, teams, lines or sources.",
                        "calls by agent",
                        "calls by line"
                    );
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
                case Sense.Who when i > 0 && symbols[i - 1].Is(Sense.ContactNoun):
                    if (!_countsContacts)
                        Group(QuestionDimension.Contact, symbols[i - 1]); // "people who left a voicemail"
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
        {
            _countsContacts = true;
            Symbol noun = symbols[index];
            _asksForNumbers |=
                tokens[noun.Index].IsAny("phone", "numbers")
                && tokens[noun.Index + noun.Count - 1].IsAny("number", "numbers");
        }
        // "do customers call", "callers who hung up": the contact is the one who calls.
        if (symbols.Skip(index + 1).Take(3).Any(s => s.IsAny(Sense.Calling, Sense.Texting, Sense.Call)))
            _contactActs = true;
    }

    bool _contactActs;
    bool _asksForNumbers;

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

    void Assume(string sentence, double factor)
    {
        _assumptions.Add(sentence);
        _confidence *= factor;
    }
}
