namespace CallIntel.Sdk.Search;

/// <summary>A term that a text is found by.</summary>
/// <param name="Term">
/// The stem of a word without accents, a pair of ideographs, or a number or id as a whole. The first character of
/// numbers and ids is one that no word contains.
/// </param>
/// <param name="Position">The number of the word in the text, from 1. Words that are not indexed count.</param>
/// <param name="Start">Where the term begins in the text.</param>
/// <param name="Length">The number of characters of the text that the term covers.</param>
/// <param name="Kind">What the term is.</param>
readonly record struct TextToken(string Term, int Position, int Start, int Length, TokenKind Kind);

/// <summary>What a term is.</summary>
enum TokenKind : byte
{
    /// <summary>A word or a pair of ideographs.</summary>
    Word,

    /// <summary>A word that contains a digit and has at least four characters, such as an order number.</summary>
    Code,

    /// <summary>Several words that separators without spaces join, such as an id or a mail address.</summary>
    Id,

    /// <summary>All digits of a number of seven or more, however they are grouped.</summary>
    Number,

    /// <summary>The last seven digits of a number, by which national and international notations match.</summary>
    NumberTail,
}
