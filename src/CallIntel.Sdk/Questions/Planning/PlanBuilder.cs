using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Turns the symbols of a question into a plan. One instance serves one question.</summary>
sealed partial class PlanBuilder(
    string question,
    List<Token> tokens,
    List<Symbol> symbols,
    QuestionClock clock,
    string timeZone,
    QuestionPlan? previous
)
{
    readonly HashSet<Sense> _senses = [];
    readonly List<string> _assumptions = [];
    double _confidence = 1;
    QuestionDimension? _dimension;
    QuestionGrain? _grain;
    EventDirection? _direction;
    EventOutcome? _outcome;
    QuestionContacts? _contactKind;
    string? _search;
    PlanResult? _refusal;

    bool Has(Sense sense) => _senses.Contains(sense);

    bool HasAny(params ReadOnlySpan<Sense> senses)
    {
        foreach (Sense sense in senses)
            if (_senses.Contains(sense))
                return true;
        return false;
    }

    internal PlanResult Build()
    {
        TakeSearch();
        ReadSmallWords();
        ReadNegations();
        foreach (Symbol symbol in symbols.Where(s => s.Kind is SymbolKind.Phrase))
            _senses.Add(symbol.Sense);
        ReadSplitVerbs();
        if (symbols.FirstOrDefault(s => s.Is(Sense.Unsupported)) is { } unsupported && _search is null)
            return PlanResult.Refuse(
                RefusalReason.NotAnswerable,
                $"\"{TextOf(unsupported)}\" is not something that can be asked about.",
                Examples
            );
        RefuseOpenEnd();
        ReadGroups();
        ReadDirections();
        ReadRank();
        ReadEntities();
        if (_isSplitReturn)
            _direction = null; // "did we call" alone is outbound
        if (_refusal is not null)
            return _refusal;
        if (Unknown() is { } unknown)
            return unknown;

        QuestionMetric? metric = ChooseMetric();
        if (_refusal is not null)
            return _refusal;
        bool isFollowUp = IsFollowUp(metric);
        if (metric is null && !isFollowUp)
            return PlanResult.Refuse(
                previous is null && StartsLikeFollowUp() ? RefusalReason.NoPreviousQuestion : RefusalReason.OutOfScope,
                "The question does not say what to count or to measure.",
                Examples
            );
        if (isFollowUp && Has(Sense.Only) && metric is { } limited && IsLimitOf(limited, previous!.Metric))
            metric = null;
        QuestionPlan? plan = isFollowUp ? Refine(previous!, metric) : Create(metric!.Value);
        if (plan is not null)
            RefuseDropped(plan.Metric, plan);
        if (_refusal is null && symbols.FirstOrDefault(s => s.Is(Sense.Not)) is { } not)
            Refuse(
                RefusalReason.NotAnswerable,
                $"\"{TextOf(not)}\" leaves something out. Ask for what is left instead.",
                Examples
            );
        return _refusal ?? Finish(plan!);
    }

    /// <summary>"Only outgoing calls", "only new customers": limits what the question before measures.</summary>
    static bool IsLimitOf(QuestionMetric metric, QuestionMetric before) =>
        metric switch
        {
            QuestionMetric.Calls or QuestionMetric.Messages or QuestionMetric.Voicemails => ChannelOf(before)
                is not { } channel
                || channel == ChannelOf(metric),
            QuestionMetric.NewContacts or QuestionMetric.ReturningContacts => before is not QuestionMetric.Contacts,
            _ => false,
        };

    PlanResult Finish(QuestionPlan plan)
    {
        plan = Canonical(plan);
        return new PlanResult
        {
            Plan = plan,
            Confidence = Math.Round(_confidence, 3),
            Assumptions = [.. _assumptions.Distinct()],
        };
    }

    /// <summary>The same question has the same plan, however redundant its words are.</summary>
    internal static QuestionPlan Canonical(QuestionPlan plan)
    {
        if (IsInboundByNature(plan.Metric) && plan.Direction is EventDirection.Inbound)
            plan = plan with { Direction = null };
        if (plan.Metric is QuestionMetric.Voicemails)
            plan = plan with { Direction = null };
        if (plan.Channel is { } channel && channel == ChannelOf(plan.Metric))
            plan = plan with { Channel = null };
        if (plan.Limit is not null && plan.Order is QuestionOrder.Descending)
            plan = plan with { Order = null };
        return plan;
    }

    internal static bool IsInboundByNature(QuestionMetric metric) =>
        metric
            is QuestionMetric.MissedCalls
                or QuestionMetric.AnsweredCalls
                or QuestionMetric.AnswerRate
                or QuestionMetric.MissedRate
                or QuestionMetric.ReturnedCalls
                or QuestionMetric.UnreturnedCalls
                or QuestionMetric.ReturnRate
                or QuestionMetric.CallBackTime
                or QuestionMetric.ResponseTime
                or QuestionMetric.ResponseRate;

    /// <summary>The channel that a metric is about anyway.</summary>
    internal static QuestionChannel? ChannelOf(QuestionMetric metric) =>
        metric switch
        {
            QuestionMetric.Calls
            or QuestionMetric.AnsweredCalls
            or QuestionMetric.MissedCalls
            or QuestionMetric.AnswerRate
            or QuestionMetric.MissedRate
            or QuestionMetric.ReturnedCalls
            or QuestionMetric.UnreturnedCalls
            or QuestionMetric.ReturnRate
            or QuestionMetric.CallBackTime
            or QuestionMetric.TalkTime
            or QuestionMetric.AverageTalkTime => QuestionChannel.Call,
            QuestionMetric.Messages or QuestionMetric.ResponseTime or QuestionMetric.ResponseRate =>
                QuestionChannel.Message,
            QuestionMetric.Voicemails => QuestionChannel.Voicemail,
            _ => null,
        };

    string TextOf(Symbol symbol) => question[tokens[symbol.Index].Start..tokens[symbol.Index + symbol.Count - 1].End];

    /// <summary>Refuses words that are in no lexicon: what is not understood must not be ignored.</summary>
    PlanResult? Unknown()
    {
        string[] unknown =
        [
            .. symbols
                .Where(s =>
                    s.Kind is SymbolKind.Unknown || (s.Kind is SymbolKind.Number && !_usedNumbers.Contains(s.Index))
                )
                .Select(s => tokens[s.Index].Text)
                .Distinct(),
        ];
        if (unknown.Length == 0)
            return null;
        string first = TextOf(symbols.First(s => tokens[s.Index].Text == unknown[0]));
        return PlanResult.Refuse(RefusalReason.UnknownWord, $"\"{Shorten(first)}\" is not known here.", Examples) with
        {
            Unknown = unknown,
        };
    }

    internal static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";

    void Refuse(RefusalReason reason, string message, params IReadOnlyList<string> suggestions) =>
        _refusal ??= PlanResult.Refuse(reason, message, suggestions);

    internal static readonly string[] Examples =
    [
        "How many calls did we miss last week?",
        "Answer rate by agent this month, compared to last month",
        "Top 5 callers in the last 30 days",
        "Calls per day since Monday",
        "Calls about \"refund\" last week",
    ];

    // ---- search

    /// <summary>
    /// Takes the text to search for: a quoted text, or the words behind "mention", "about", ... up to the next time or
    /// name. The words of the text have no other meaning, so their symbols are removed.
    /// </summary>
    void TakeSearch()
    {
        int quote = symbols.FindLastIndex(s => s is { Kind: SymbolKind.Quote, Mention: null });
        int verb = symbols.FindLastIndex(s => s.Is(Sense.Search));
        if (verb < 0)
            verb = symbols.FindLastIndex(s => s.Is(Sense.About) && IsAboutContent(s));
        if (quote >= 0)
        {
            _search = tokens[symbols[quote].Index].Text;
            symbols.RemoveAll(s =>
                s.IsAny(Sense.Search, Sense.About) || s is { Kind: SymbolKind.Quote, Mention: null }
            );
        }
        else if (verb >= 0)
        {
            int first = verb + 1;
            while (first < symbols.Count && IsArticle(symbols[first]))
                first++;
            int end = first;
            while (
                end < symbols.Count
                && (!EndsSearch(end) || (end == first && symbols[end].Time is { Period: null, IsRelative: false }))
            )
                end++;
            int last = end - 1;
            while (last >= first && symbols[last].IsAny(Sense.From, Sense.With, Sense.And, Sense.By))
                last--;
            if (last < first)
                return;
            int start = tokens[symbols[first].Index].Start;
            _search = question[start..tokens[symbols[last].Index + symbols[last].Count - 1].End].Trim();
            symbols.RemoveRange(verb, last + 1 - verb);
            symbols.RemoveAll(s => s.IsAny(Sense.Search, Sense.About));
        }
        if (_search is { Length: > QuestionPlan.MaxSearchLength })
            Refuse(RefusalReason.TooLong, "The text to search for is too long.");
    }

    bool IsArticle(Symbol symbol) =>
        symbol.Is(Sense.Filler)
            && symbol.Count == 1
            && tokens[symbol.Index].IsAny("a", "an", "the", "our", "their", "some", "for")
        || symbol.IsAny(Sense.All) && symbol.Count == 1
        || symbol.Is(Sense.About)
        || symbol.Is(Sense.With) && tokens[symbol.Index].Is("for");

    bool EndsSearch(int index)
    {
        Symbol symbol = symbols[index];
        return symbol.Kind is SymbolKind.Time
            || (symbol.Kind is SymbolKind.Mark && !tokens[symbol.Index].IsAny("-", "/", "&", "."))
            || symbol.IsAny(Sense.By, Sense.Compare)
            || BeginsClause(symbol.Index)
            || (
                symbol.Kind is SymbolKind.Entity
                && index > 0
                && symbols[index - 1].IsAny(Sense.From, Sense.With, Sense.To)
            )
            || (
                symbol.IsAny(Sense.From)
                && index + 1 < symbols.Count
                && symbols[index + 1].IsAny(Sense.New, Sense.ContactNoun)
            );
    }

    /// <summary>"which calls about refunds did we get".</summary>
    bool BeginsClause(int token) =>
        tokens[token].IsAny("did", "do", "have", "had", "were", "are")
        && token + 1 < tokens.Count
        && tokens[token + 1].IsAny("we", "i");

    /// <summary>"calls about refunds", but not "what about refunds".</summary>
    bool IsAboutContent(Symbol about)
    {
        int at = symbols.IndexOf(about);
        return symbols
                .Take(at)
                .Any(s =>
                    s.IsAny(Sense.Call, Sense.Message, Sense.Sms, Sense.Event, Sense.Voicemail)
                    && !tokens[s.Index].Is("everything")
                )
            && at + 1 < symbols.Count
            && symbols[at + 1].Kind is not SymbolKind.Number;
    }
}
