namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Finds the phrases, times, names and numbers in the tokens of a question.</summary>
static class SymbolReader
{
    internal static List<Symbol> Read(List<Token> tokens, QuestionClock clock, Vocabulary vocabulary)
    {
        TimeGrammar times = new(tokens, clock);
        List<Symbol> symbols = [];
        for (int i = 0; i < tokens.Count; i += symbols[^1].Count)
            symbols.Add(ReadAt(tokens, i, times, vocabulary, symbols.LastOrDefault()));
        return symbols;
    }

    static Symbol ReadAt(List<Token> tokens, int i, TimeGrammar times, Vocabulary vocabulary, Symbol? before)
    {
        Token token = tokens[i];
        if (token.Kind is TokenKind.PhoneNumber)
            return vocabulary.FindNumber(token.Text) is { } owner
                ? new Symbol(SymbolKind.Entity, i, 1) { Mention = owner }
                : new Symbol(SymbolKind.Unknown, i, 1);
        Mention? mention = vocabulary.Find(tokens, i);
        if (token.Kind is TokenKind.Quote)
            return new Symbol(SymbolKind.Quote, i, 1) { Mention = mention };

        (TimeExpression Expression, int Count)? time = times.ReadAt(i);
        (Sense Sense, int Count)? phrase = Lexicon.Find(tokens, i);
        // "called in" is "called us", but not in "Jens was called in May".
        if (
            phrase is { Sense: Sense.CalledUs, Count: 2 }
            && tokens[i + 1].Is("in")
            && times.ReadAt(i + 1) is { Expression.Period: not null }
        )
            phrase = (Sense.Calling, 1);
        int longest = Math.Max(time?.Count ?? 0, phrase?.Count ?? 0);
        bool isCommon = phrase is null or { Sense: Sense.Filler or Sense.Unsupported or Sense.Not } && time is null;
        if (mention is not null && (mention.Count > longest || (mention.Count == longest && isCommon)))
            return new Symbol(SymbolKind.Entity, i, mention.Count) { Mention = mention };
        // "by weekdays", "the busiest weekdays" are a group, "on weekdays" is a filter.
        if (
            phrase is { Sense: Sense.DayOfWeek }
            && before is not null
            && (before.IsAny(Sense.By, Sense.Which) || PlanBuilder.IsRank(before))
        )
            time = null;
        if (time is { } t && t.Count >= (phrase?.Count ?? 0))
            return new Symbol(SymbolKind.Time, i, t.Count) { Time = t.Expression };
        if (phrase is { } p)
            return new Symbol(SymbolKind.Phrase, i, p.Count) { Sense = p.Sense };
        if (TimeWords.Number(token) is { } number)
            return new Symbol(SymbolKind.Number, i, 1) { Number = number };
        return token.Kind is TokenKind.Mark ? new Symbol(SymbolKind.Mark, i, 1) : new Symbol(SymbolKind.Unknown, i, 1);
    }
}
