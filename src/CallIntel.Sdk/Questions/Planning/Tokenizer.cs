using System.Text;
using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Divides a question into tokens.</summary>
static partial class Tokenizer
{
    /// <summary>The maximum number of tokens of a question.</summary>
    internal const int MaxTokens = 80;

    /// <summary>Returns the tokens; null if there are more than <see cref="MaxTokens"/>.</summary>
    internal static List<Token>? Divide(string question)
    {
        List<Token> tokens = [];
        int at = 0;
        while (at < question.Length)
        {
            if (tokens.Count > MaxTokens)
                return null;
            char c = question[at];
            if (ClosingQuote(question, at) is { } end)
            {
                tokens.Add(new Token(question[(at + 1)..end].Trim(), TokenKind.Quote, at, end + 1));
                at = end + 1;
            }
            else if (PhoneNumberEnd(question, at) is { } afterNumber)
            {
                tokens.Add(new Token(question[at..afterNumber], TokenKind.PhoneNumber, at, afterNumber));
                at = afterNumber;
            }
            else if (char.IsLetterOrDigit(c) || char.IsSurrogate(c))
                at = AddWord(question, at, tokens);
            else
            {
                AddMark(question, at, tokens);
                at++;
            }
        }
        return tokens.Count > MaxTokens ? null : tokens;
    }

    /// <summary>Returns the folded words of a name.</summary>
    internal static string[] Words(string name) =>
        [
            .. (Divide(name.Replace('"', ' ')) ?? [])
                .Where(t => t.Kind is TokenKind.Word or TokenKind.Number)
                .Select(t => t.Text),
        ];

    static int AddWord(string question, int start, List<Token> tokens)
    {
        StringBuilder text = new();
        int at = start;
        bool digits = true;
        for (; at < question.Length; at++)
        {
            char c = question[at];
            bool inside = at + 1 < question.Length && char.IsLetterOrDigit(question[at + 1]);
            if (c is '\'' or '’' && inside && !digits)
                continue;
            if (c is ':' && digits && inside && at > start)
            {
                text.Append(c);
                continue;
            }
            if (!char.IsLetterOrDigit(c) && !char.IsSurrogate(c) && c is not (>= '\u0300' and <= '\u036f'))
                break;
            digits &= char.IsAsciiDigit(c);
            LatinFolding.Append(text, c);
        }
        string word = text.ToString();
        // The genitive: "last week's calls", "Anna's calls", and "what's".
        if (at - start > 2 && question[at - 1] is 's' or 'S' && question[at - 2] is '\'' or '’')
            word = word[..^1];
        bool number = word.Length > 0 && word.All(char.IsAsciiDigit);
        tokens.Add(new Token(word, number ? TokenKind.Number : TokenKind.Word, start, at));
        return at;
    }

    static void AddMark(string question, int at, List<Token> tokens)
    {
        char c = question[at] is '–' or '—' ? '-' : question[at];
        bool betweenDigits =
            at > 0
            && at + 1 < question.Length
            && char.IsAsciiDigit(question[at - 1])
            && char.IsAsciiDigit(question[at + 1]);
        bool spaced = at > 0 && at + 1 < question.Length && question[at - 1] is ' ' && question[at + 1] is ' ';
        if (
            c is ',' or '?' or '!' or ';' or '/' or '%' or '&'
            || (c is '.' or '-' && betweenDigits)
            || (c is '-' && (spaced || IsSpan(question, at, tokens)))
        )
            tokens.Add(new Token(c.ToString(), TokenKind.Mark, at, at + 1));
        else if (c is '.')
            tokens.Add(new Token(";", TokenKind.Mark, at, at + 1));
    }

    /// <summary>"Mon-Fri", "May-June", "8am-5pm": other hyphens are part of a word or a name.</summary>
    static bool IsSpan(string question, int at, List<Token> tokens)
    {
        if (tokens.Count == 0 || tokens[^1].End != at)
            return false;
        ReadOnlySpan<char> behind = question.AsSpan(at + 1);
        if (behind.Length > 0 && char.IsAsciiDigit(behind[0]))
            return char.IsAsciiDigit(tokens[^1].Text[0]);
        int length = 0;
        while (length < behind.Length && char.IsAsciiLetter(behind[length]))
            length++;
        return TimeWords.IsDayOrMonth(tokens[^1].Text)
            && TimeWords.IsDayOrMonth(behind[..length].ToString().ToLowerInvariant());
    }

    static int? ClosingQuote(string question, int at)
    {
        char closing = question[at] switch
        {
            '"' => '"',
            '“' or '„' => '”',
            '«' => '»',
            _ => '\0',
        };
        if (closing is '\0')
            return null;
        int end = question.AsSpan(at + 1).IndexOfAny(closing, question[at] is '„' ? '“' : closing);
        return end > 0 && !string.IsNullOrWhiteSpace(question.Substring(at + 1, end)) ? at + 1 + end : null;
    }

    static int? PhoneNumberEnd(string question, int at)
    {
        if (
            !(char.IsAsciiDigit(question[at]) || question[at] is '+')
            || (at > 0 && char.IsLetterOrDigit(question[at - 1]))
        )
            return null;
        Match match = PhoneNumber().Match(question, at);
        if (!match.Success || match.Index != at || Date().IsMatch(match.Value))
            return null;
        int digits = match.Value.Count(char.IsAsciiDigit);
        return digits is >= 7 and <= 15 ? at + match.Length : null;
    }

    [GeneratedRegex(@"\G\+?[0-9](?:[ ().\-]{0,2}[0-9]){6,14}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex PhoneNumber();

    [GeneratedRegex(
        @"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Date();
}
