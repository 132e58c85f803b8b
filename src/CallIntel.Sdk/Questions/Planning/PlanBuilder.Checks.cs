namespace CallIntel.Sdk.Questions.Planning;

/// <summary>
/// Words whose meaning depends on their place, and words that the plan would drop: what is not used must be refused.
/// </summary>
sealed partial class PlanBuilder
{
    Symbol? _compared;

    /// <summary>Words after which a question is not over.</summary>
    static readonly string[] OpenEnds =
    [
        "by",
        "per",
        "pr",
        "every",
        "vs",
        "versus",
        "v",
        "against",
        "than",
        "between",
        "and",
        "or",
        "except",
    ];

    /// <summary>Words that end a question only if it asks "who do we get calls from".</summary>
    static readonly string[] Prepositions = ["from", "of", "with", "for", "on", "at", "in"];

    /// <summary>Small words that mean something in their place: "texts out today", "everyone but Anna".</summary>
    void ReadSmallWords()
    {
        for (int i = 0; i < symbols.Count; i++)
        {
            Symbol symbol = symbols[i];
            if (symbol.Kind is not SymbolKind.Phrase || symbol.Count > 1)
                continue;
            Token token = tokens[symbol.Index];
            Symbol? before = i > 0 ? symbols[i - 1] : null,
                next = i + 1 < symbols.Count ? symbols[i + 1] : null;
            bool behindThing =
                before is not null && before.IsAny(Sense.Call, Sense.Message, Sense.Sms, Sense.Mms, Sense.Event);
            bool behindGroup =
                before is not null && before.IsAny(Sense.Member, Sense.Team, Sense.Line, Sense.Source, Sense.Channel);
            if (behindGroup && token.Is("comparison"))
                _compared = before; // "team comparison" is by team, and compares no periods
            Sense? sense = token.Text switch
            {
                "but" when i > 0 && next is { Kind: SymbolKind.Entity } => Sense.Not,
                "out" when behindThing => Sense.Outbound,
                "in" when behindThing && next is null or { Kind: SymbolKind.Mark } => Sense.Inbound,
                "make" or "place" or "dial" or "send" or "write" when i == 0 => Sense.Unsupported,
                "get" when i == 0 => Sense.Filler,
                "comparison" when behindGroup => Sense.Filler,
                "call" or "text" or "message" or "phone" or "ring" when i == 0 && next is { Kind: SymbolKind.Entity } =>
                    Sense.Unsupported,
                _ => null,
            };
            if (sense is { } read)
                symbols[i] = symbol with { Sense = read };
        }
    }

    /// <summary>"missed calls by": something is missing.</summary>
    void RefuseOpenEnd()
    {
        Token? last = tokens.FindLast(t => t.Kind is not TokenKind.Mark && !t.IsAny("please", "pls", "thanks"));
        if (tokens.Count < 2 || last is not { Kind: TokenKind.Word } end || _search is not null)
            return;
        bool asks = tokens.Any(t => t.IsAny("who", "whom", "which", "what", "where", "when"));
        bool isParticle = symbols[^1].IsAny(Sense.Inbound, Sense.Outbound);
        if (end.IsAny(OpenEnds) || (!asks && !isParticle && symbols[^1].Count == 1 && end.IsAny(Prepositions)))
            Refuse(RefusalReason.Ambiguous, $"The question ends with \"{end.Text}\". What follows?", Examples);
    }

    /// <summary>"how many agents".</summary>
    bool IsCount(Symbol? symbol) =>
        symbol is { } count && count.Is(Sense.Count) && tokens[count.Index + count.Count - 1].IsAny("many", "of");

    /// <summary>"during the week" is neither this week nor per week; "in May month" adds nothing.</summary>
    bool IsNameless(int index, bool grouped, bool ranks) =>
        !grouped
        && !ranks
        && symbols[index].Count == 1
        && tokens[symbols[index].Index].IsAny("day", "week", "month")
        && index > 0
        && symbols[index - 1].IsAny(Sense.Filler, Sense.With)
        && tokens[symbols[index - 1].Index + symbols[index - 1].Count - 1].IsAny("the", "during", "in", "of")
        && !HasAny(Sense.Which, Sense.When);

    /// <summary>Refuses a plan that would silently drop a part of what the question says.</summary>
    void RefuseDropped(QuestionMetric metric, QuestionPlan plan)
    {
        if (symbols.Any(s => s.Is(Sense.Hour)) && plan is { Dimension: not QuestionDimension.HourOfDay, Grain: null })
            Refuse(RefusalReason.Ambiguous, "Which hour, or by hour?", "by hour", "in the last hour");
        if (Has(Sense.Compare) && plan is { Comparison: null, Dimension: null, Grain: null } && _entities.Count < 2)
            Refuse(RefusalReason.Ambiguous, "Compared with what?", "compared to the week before", "by agent");
        if (_asksForNumbers)
            Refuse(RefusalReason.NotAnswerable, "Telephone numbers cannot be listed; ask for figures.", Examples);
        RefuseNameless(plan);
        RefuseOtherChannel(metric);
        if (
            metric is QuestionMetric.Contacts or QuestionMetric.NewContacts or QuestionMetric.ReturningContacts
            && IsAboutMessages
            && HasAny(Sense.Call, Sense.Calling, Sense.CalledUs, Sense.WeCalled)
        )
            Refuse(RefusalReason.NotAnswerable, "Contacts are counted for one channel or for all.", Examples);
        RefuseAverage(metric, plan);
        if (Has(Sense.HowLong) && !IsDurationMetric(metric))
            Refuse(RefusalReason.NotAnswerable, "Only calls and waits have a length.", "talk time by agent");
        if (Has(Sense.Trend) && _isRanked)
            Refuse(RefusalReason.NotAnswerable, "Changes cannot be ranked.", "calls by line, compared to last month");
        if (Has(Sense.WithinDay))
        {
            if (!IsWithinDay(metric))
                Refuse(RefusalReason.NotAnswerable, "Within 24 hours of what?", "calls in the last 24 hours");
            else if (tokens.Any(t => t.Is("same")))
                Assume("Within 24 hours counts as the same day.", 0.9);
        }
    }

    static bool IsDurationMetric(QuestionMetric metric) =>
        metric
            is QuestionMetric.AverageTalkTime
                or QuestionMetric.TalkTime
                or QuestionMetric.ResponseTime
                or QuestionMetric.CallBackTime;

    static bool IsRate(QuestionMetric metric) =>
        metric
            is QuestionMetric.AnswerRate
                or QuestionMetric.MissedRate
                or QuestionMetric.ReturnRate
                or QuestionMetric.ResponseRate;

    /// <summary>Whether the figure counts what happened within 24 hours.</summary>
    static bool IsWithinDay(QuestionMetric metric) =>
        metric
            is QuestionMetric.ReturnedCalls
                or QuestionMetric.UnreturnedCalls
                or QuestionMetric.ReturnRate
                or QuestionMetric.ResponseRate;

    /// <summary>"calls of the agent": which one?</summary>
    void RefuseNameless(QuestionPlan plan)
    {
        Symbol? noun = symbols.FirstOrDefault(s =>
            s.IsAny(Sense.Member, Sense.Line)
            && tokens[s.Index + s.Count - 1]
                .IsAny("agent", "employee", "colleague", "operator", "representative", "rep", "line", "extension")
        );
        if (
            noun is not null
            && _entities.Count == 0
            && plan.Dimension is not (QuestionDimension.Member or QuestionDimension.Line)
        )
            Refuse(RefusalReason.Ambiguous, $"Which one does \"{TextOf(noun)}\" mean?", "by agent", "by line");
    }

    /// <summary>"answered voicemails": the metric exists for calls or for messages only.</summary>
    void RefuseOtherChannel(QuestionMetric metric)
    {
        QuestionChannel? named =
            HasAny(Sense.Sms, Sense.Mms, Sense.Message) ? QuestionChannel.Message
            : Has(Sense.Voicemail) ? QuestionChannel.Voicemail
            : Has(Sense.Call) ? QuestionChannel.Call
            : null;
        if (named is not { } channel || ChannelOf(metric) is not { } own || own == channel)
            return;
        if (Has(Sense.Call) && own is QuestionChannel.Call)
            return;
        Refuse(
            RefusalReason.NotAnswerable,
            $"This figure is not known for {channel.ToString().ToLowerInvariant()}s.",
            "how many voicemails did we get last week",
            "how fast do we reply to texts"
        );
    }

    /// <summary>Times have an average. Of numbers, the rows are shown instead; one number has none.</summary>
    void RefuseAverage(QuestionMetric metric, QuestionPlan plan)
    {
        if (!Has(Sense.Average) || IsDurationMetric(metric) || IsRate(metric))
            return;
        if (plan is { Grain: null, Dimension: null })
            Refuse(
                RefusalReason.NotAnswerable,
                "Only call lengths and times to answer have an average. Ask for numbers per day instead.",
                "calls per day last month",
                "average call length last month"
            );
        else
            Assume("The numbers are shown one by one; their average is not computed.", 0.9);
    }
}
