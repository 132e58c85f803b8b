namespace CallIntel.Sdk.Questions.Planning;

/// <summary>
/// Words whose meaning depends on their place, and words that the plan would drop: what is not used must be refused.
/// </summary>
sealed partial class PlanBuilder
{
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

    /// <summary>"texts out today", "everyone but Anna", "get the calls": small words that mean something here.</summary>
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
            Sense? sense = token.Text switch
            {
                "but" when i > 0 && next is { Kind: SymbolKind.Entity } => Sense.Not,
                "out" when behindThing => Sense.Outbound,
                "get" when i == 0 => Sense.Filler,
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
        if (tokens.Count > 1 && last is { Kind: TokenKind.Word } end && end.IsAny(OpenEnds) && _search is null)
            Refuse(RefusalReason.Ambiguous, $"The question ends with \"{end.Text}\". What follows?", Examples);
    }

    /// <summary>Refuses a plan that would silently drop a part of what the question says.</summary>
    void RefuseDropped(QuestionMetric metric, QuestionPlan plan)
    {
        if (symbols.Any(s => s.Is(Sense.Hour)) && plan is { Dimension: not QuestionDimension.HourOfDay, Grain: null })
            Refuse(RefusalReason.Ambiguous, "Which hour, or by hour?", "by hour", "in the last hour");
        if (Has(Sense.Compare) && plan is { Comparison: null, Dimension: null, Grain: null } && _entities.Count < 2)
            Refuse(RefusalReason.Ambiguous, "Compared with what?", "compared to the week before", "by agent");
        RefuseOtherChannel(metric);
        RefuseAverage(metric, plan);
    }

    /// <summary>"answered voicemails": the metric exists for calls or for messages only.</summary>
    void RefuseOtherChannel(QuestionMetric metric)
    {
        QuestionChannel? named =
            HasAny(Sense.Sms, Sense.Mms, Sense.Message) ? QuestionChannel.Message
            : Has(Sense.Voicemail) ? QuestionChannel.Voicemail
            : null;
        if (named is not { } channel || Has(Sense.Call) || ChannelOf(metric) is not { } own || own == channel)
            return;
        Refuse(
            RefusalReason.NotAnswerable,
            $"This figure is not known for {(channel is QuestionChannel.Message ? "messages" : "voicemails")}.",
            "how many voicemails did we get last week",
            "how fast do we reply to texts"
        );
    }

    /// <summary>Times have an average. Of numbers, the rows are shown instead; one number has none.</summary>
    void RefuseAverage(QuestionMetric metric, QuestionPlan plan)
    {
        if (
            !Has(Sense.Average)
            || metric
                is QuestionMetric.AverageTalkTime
                    or QuestionMetric.TalkTime
                    or QuestionMetric.ResponseTime
                    or QuestionMetric.CallBackTime
                    or QuestionMetric.AnswerRate
                    or QuestionMetric.MissedRate
                    or QuestionMetric.ReturnRate
                    or QuestionMetric.ResponseRate
        )
            return;
        if (plan is { Grain: null, Dimension: null })
            Refuse(
                RefusalReason.NotAnswerable,
                "Averages are known of call lengths and times to answer. Ask for numbers per day instead.",
                "calls per day last month",
                "average call length last month"
            );
        else
            Assume("The numbers are shown one by one; their average is not computed.", 0.9);
    }
}
