namespace CallIntel.Sdk.Questions.Planning;

/// <summary>
/// Plans questions in English by a lexicon and a grammar, without a model. It refuses a question that has a word it
/// does not know: what it does not understand, it must not ignore.
/// </summary>
/// <remarks>Stateless and thread-safe. The time to plan grows linearly with the length of the question.</remarks>
static class DeterministicPlanner
{
    internal static PlanResult Plan(
        string question,
        QuestionClock clock,
        string timeZone,
        Vocabulary vocabulary,
        QuestionPlan? previous
    )
    {
        if (QuestionText.Refusal(question) is { } refusal)
            return new PlanResult { Refusal = refusal, Confidence = 0 };
        if (Tokenizer.Divide(question) is not { } tokens)
            return PlanResult.Refuse(RefusalReason.TooLong, "The question has too many words.");
        (PlanResult result, bool needsVocabulary) = Plan(question, tokens, clock, timeZone, vocabulary, previous);
        if (result.Unknown.Count == 0)
            return needsVocabulary && vocabulary == Vocabulary.Empty ? result with { NeedsVocabulary = true } : result;
        return Correct(question, tokens, result, clock, timeZone, vocabulary, previous);
    }

    static (PlanResult Result, bool NeedsVocabulary) Plan(
        string question,
        List<Token> tokens,
        QuestionClock clock,
        string timeZone,
        Vocabulary vocabulary,
        QuestionPlan? previous
    )
    {
        PlanBuilder builder = new(
            question,
            tokens,
            SymbolReader.Read(tokens, clock, vocabulary),
            clock,
            timeZone,
            previous
        );
        return (builder.Build(), builder.NeedsVocabulary);
    }

    /// <summary>
    /// Plans the question with its typing errors corrected. The correction is reported with the plan; a word that could
    /// stand for several words is refused with all of them.
    /// </summary>
    static PlanResult Correct(
        string question,
        List<Token> tokens,
        PlanResult result,
        QuestionClock clock,
        string timeZone,
        Vocabulary vocabulary,
        QuestionPlan? previous
    )
    {
        List<Token> corrected = [.. tokens];
        List<string> corrections = [];
        foreach (string word in result.Unknown)
        {
            // "last 3 wekks": "last" and "3" are understood when the word behind them is.
            if (Lexicon.Knows(word) || word.All(char.IsAsciiDigit))
                continue;
            IReadOnlyList<string> names = vocabulary.Similar(word);
            string? known = Lexicon.Correct(word);
            if (
                names.Count > 0
                && (known is null || EditDistance.Compute(word, names[0], 2) < EditDistance.Compute(word, known, 2))
            )
            {
                if (names.Count > 1)
                    return PlanResult.Refuse(
                        RefusalReason.UnknownWord,
                        $"\"{PlanBuilder.Shorten(word)}\" is not known here. Did you mean one of these names?",
                        [.. names.SelectMany(vocabulary.Containing).Select(e => e.Name).Distinct()]
                    ) with
                    {
                        Unknown = result.Unknown,
                    };
                known = names[0];
            }
            if (known is null)
                return result;
            for (int i = 0; i < corrected.Count; i++)
                if (corrected[i].Is(word))
                    corrected[i] = corrected[i] with { Text = known };
            corrections.Add($"\"{PlanBuilder.Shorten(word)}\" was read as \"{known}\".");
        }
        if (corrections.Count == 0)
            return result;
        (PlanResult second, _) = Plan(question, corrected, clock, timeZone, vocabulary, previous);
        if (second.Unknown.Count > 0)
            return result;
        return second with
        {
            Assumptions = [.. corrections, .. second.Assumptions],
            Confidence = Math.Round(second.Confidence * Math.Pow(0.9, corrections.Count), 3),
            Unknown = result.Unknown,
        };
    }
}
