namespace CallIntel.Sdk.Questions.Planning;

/// <summary>The meaning of one or more tokens of a question.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Index">The index of the first token.</param>
/// <param name="Count">The number of tokens.</param>
sealed record Symbol(SymbolKind Kind, int Index, int Count)
{
    internal Sense Sense { get; init; } = Sense.Filler;
    internal TimeExpression? Time { get; init; }
    internal Mention? Mention { get; init; }
    internal int Number { get; init; }

    internal bool Is(Sense sense) => Kind is SymbolKind.Phrase && Sense == sense;

    internal bool IsAny(params ReadOnlySpan<Sense> senses) => Kind is SymbolKind.Phrase && senses.Contains(Sense);
}

enum SymbolKind
{
    Phrase,
    Time,
    Entity,
    Number,
    Quote,
    Mark,
    Unknown,
}
