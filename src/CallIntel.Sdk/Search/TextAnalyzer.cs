using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace CallIntel.Sdk.Search;

/// <summary>Takes the terms out of a text, by the same rules when it is indexed and when it is searched.</summary>
/// <remarks>
/// Not thread-safe. A change of the rules requires a higher <see cref="Version"/>: workers then index all contents
/// again.
/// </remarks>
sealed class TextAnalyzer(SearchLanguage language)
{
    /// <summary>The version of the rules. Stored with the index of each org.</summary>
    internal const short Version = 1;

    /// <summary>The first characters of terms that are not words.</summary>
    internal const char IdMark = '=',
        NumberMark = '#',
        TailMark = '~';

    const int MaxWord = 64,
        ShortestCode = 4,
        ShortestNumber = 7,
        LongestNumber = 15,
        MaxSeparator = 3;

    static readonly SearchValues<char> Grouping = SearchValues.Create(" -./()\u00A0\u202F\u2011\u2013");

    readonly WordStemmer _stemmer = new(language);
    readonly FrozenSet<string> _stopWords = StopWords.Get(language);
    readonly List<Word> _words = [];

    /// <summary>A word as it stands in the text.</summary>
    readonly record struct Word(string Text, int Start, int End, int Position, bool IsDigits, bool IsIdeographs);

    /// <summary>Returns the terms in the order of their positions, and the number of positions.</summary>
    internal (List<TextToken> Tokens, int Words) Analyze(string text)
    {
        _words.Clear();
        int position = FindWords(text);
        List<TextToken> tokens = new(_words.Count + 4);
        int idEnd = 0,
            numberEnd = 0;
        for (int i = 0; i < _words.Count; i++)
        {
            Word word = _words[i];
            if (word.IsIdeographs)
            {
                AddPairs(tokens, text, word);
                continue;
            }
            if (i >= idEnd)
                idEnd = AddId(tokens, text, i);
            if (i >= numberEnd)
                numberEnd = AddNumber(tokens, text, i);
            if (_stopWords.Contains(word.Text))
                continue;
            bool isCode = word.Text.Length >= ShortestCode && word.Text.AsSpan().ContainsAnyInRange('0', '9');
            tokens.Add(
                new TextToken(
                    isCode ? word.Text : _stemmer.Stem(word.Text),
                    word.Position,
                    word.Start,
                    word.End - word.Start,
                    isCode && i >= idEnd && i >= numberEnd ? TokenKind.Code : TokenKind.Word
                )
            );
        }
        return (tokens, position);
    }

    /// <returns>The number of positions.</returns>
    int FindWords(string text)
    {
        StringBuilder word = new();
        int position = 0;
        for (int i = 0; i < text.Length; )
        {
            int start = i;
            Rune rune = Next(text, ref i);
            if (IsIdeograph(rune))
            {
                int count = 1,
                    end = i;
                while (i < text.Length && IsIdeograph(Next(text, ref i)))
                    (end, count) = (i, count + 1);
                i = end;
                _words.Add(new Word("", start, end, position + 1, false, true));
                position += Math.Max(1, count - 1);
                continue;
            }
            if (!Rune.IsLetterOrDigit(rune))
                continue;
            word.Clear();
            bool isDigits = true;
            int wordEnd = i;
            while (true)
            {
                isDigits &= Append(word, rune);
                wordEnd = i;
                if (i >= text.Length)
                    break;
                int next = i;
                rune = Next(text, ref next);
                // An apostrophe or an invisible joiner inside of a word.
                if (IsInner(rune) && next < text.Length)
                {
                    int after = next;
                    Rune following = Next(text, ref after);
                    if (!Rune.IsLetterOrDigit(following))
                        break;
                    (rune, next) = (following, after);
                }
                if (!Rune.IsLetterOrDigit(rune) && !IsMark(rune) || IsIdeograph(rune))
                    break;
                i = next;
            }
            i = wordEnd;
            string found = word.ToString();
            if (found.Length > 0)
                _words.Add(new Word(found, start, wordEnd, ++position, isDigits, false));
        }
        return position;
    }

    /// <summary>Adds pairs of neighbors, or a single ideograph.</summary>
    static void AddPairs(List<TextToken> tokens, string text, Word run)
    {
        int position = run.Position,
            previous = run.Start,
            i = run.Start;
        Next(text, ref i);
        if (i >= run.End)
        {
            tokens.Add(new TextToken(text[run.Start..run.End], position, run.Start, i - run.Start, TokenKind.Word));
            return;
        }
        while (i < run.End)
        {
            int middle = i;
            Next(text, ref i);
            tokens.Add(new TextToken(text[previous..i], position++, previous, i - previous, TokenKind.Word));
            previous = middle;
        }
    }

    /// <summary>
    /// Adds the id that begins with a word: words that single separators join, with a digit or an at sign among them.
    /// </summary>
    /// <returns>The index of the first word behind the id; that of the word itself if no id begins with it.</returns>
    int AddId(List<TextToken> tokens, string text, int first)
    {
        int end = first + 1;
        bool isId = HasDigit(_words[first]);
        while (end < _words.Count && !_words[end].IsIdeographs)
        {
            int from = _words[end - 1].End;
            if (_words[end].Start != from + 1 || !IsJoint(text[from]))
                break;
            isId |= HasDigit(_words[end]) || text[from] == '@';
            end++;
        }
        if (end == first + 1 || !isId)
            return first;
        StringBuilder id = new();
        id.Append(IdMark);
        for (int i = first; i < end && id.Length < MaxWord; i++)
            id.Append(AccentFolding.Fold(_words[i].Text));
        if (id.Length <= ShortestCode)
            return first;
        tokens.Add(Whole(id.ToString(), first, end, TokenKind.Id));
        return end;
    }

    /// <summary>Adds the number that begins with a word, in whatever way its digits are grouped.</summary>
    /// <returns>
    /// The index of the first word behind the number; that of the word itself if no number begins with it.
    /// </returns>
    int AddNumber(List<TextToken> tokens, string text, int first)
    {
        if (!_words[first].IsDigits)
            return first;
        int end = first + 1,
            length = _words[first].Text.Length;
        while (
            end < _words.Count
            && _words[end].IsDigits
            && IsGrouping(text.AsSpan(_words[end - 1].End, _words[end].Start - _words[end - 1].End))
        )
            length += _words[end++].Text.Length;
        if (length is < ShortestNumber or > LongestNumber)
            return first;
        string digits = string.Concat(_words.Skip(first).Take(end - first).Select(word => word.Text));
        tokens.Add(Whole(NumberMark + digits, first, end, TokenKind.Number));
        tokens.Add(Whole(TailMark + digits[^ShortestNumber..], first, end, TokenKind.NumberTail));
        return end;
    }

    TextToken Whole(string term, int first, int end, TokenKind kind) =>
        new(term, _words[first].Position, _words[first].Start, _words[end - 1].End - _words[first].Start, kind);

    /// <summary>Appends a character in lower case.</summary>
    /// <returns>Whether it is a digit.</returns>
    static bool Append(StringBuilder word, Rune rune)
    {
        if (word.Length >= MaxWord)
            return Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
        {
            word.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            return true;
        }
        // Letters of full width.
        if (rune.Value is >= 0xFF21 and <= 0xFF5A)
            rune = new Rune(rune.Value - 0xFEE0);
        if (rune.Value == 'ß')
            word.Append("ss");
        else if (!(rune.IsBmp && AccentFolding.IsAccent((char)rune.Value)))
            word.Append(Rune.ToLowerInvariant(rune).ToString());
        return false;
    }

    /// <summary>
    /// Reads a character and moves behind it. Half of a surrogate pair reads as the replacement character.
    /// </summary>
    static Rune Next(string text, ref int i)
    {
        Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int length);
        i += length;
        return rune;
    }

    static bool HasDigit(Word word) => word.Text.AsSpan().ContainsAnyInRange('0', '9');

    static bool IsInner(Rune rune) => rune.Value is '\'' or 0x2019 or 0x02BC or 0xFF07 or 0x00AD or 0x200C or 0x200D;

    static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark;

    static bool IsJoint(char c) => c is '-' or '_' or '.' or '/' or ':' or '@' or '#' or '\\' or '+';

    static bool IsGrouping(ReadOnlySpan<char> between) =>
        between.Length is > 0 and <= MaxSeparator && !between.ContainsAnyExcept(Grouping);

    /// <summary>Scripts that are written without spaces between words.</summary>
    static bool IsIdeograph(Rune rune) =>
        rune.Value
            is (>= 0x3041 and <= 0x30FF)
                or (>= 0x3400 and <= 0x9FFF)
                or (>= 0xAC00 and <= 0xD7AF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFF66 and <= 0xFF9F)
                or (>= 0x20000 and <= 0x3FFFF)
                or (>= 0x0E01 and <= 0x0EFF);
}
