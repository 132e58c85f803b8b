namespace CallIntel.Sdk.Questions.Planning;

/// <summary>A word, a number, a quoted text or a punctuation mark of a question.</summary>
/// <param name="Text">The folded form: lower case, without accents. A quoted text as it is written.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Start">The index of its first character in the question.</param>
/// <param name="End">The index after its last character.</param>
readonly record struct Token(string Text, TokenKind Kind, int Start, int End)
{
    internal bool IsNumber => Kind is TokenKind.Number;

    internal bool Is(string text) => Kind is not TokenKind.Quote && Text == text;

    internal bool IsAny(params ReadOnlySpan<string> texts) => Kind is not TokenKind.Quote && texts.Contains(Text);
}

/// <summary>The kind of a token.</summary>
enum TokenKind
{
    Word,

    /// <summary>Digits only.</summary>
    Number,

    /// <summary>A text in quotation marks, without them.</summary>
    Quote,

    /// <summary>A telephone number.</summary>
    PhoneNumber,

    /// <summary>
    /// A hyphen between digits, a slash, a full stop between digits, a comma, or the end of a sentence.
    /// </summary>
    Mark,
}
