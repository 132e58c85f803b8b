using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Embeddings;

/// <summary>
/// Divides content into the texts that are embedded. The same content always gives the same chunks, so the number of a
/// chunk leads back to its text.
/// </summary>
/// <remarks>
/// A message is one chunk. A transcript is divided into windows of whole lines (turns) with at most
/// <see cref="MaxTokens"/> tokens, and each window begins with the last turn of the one before: one vector for a whole
/// call finds less than windows do. A summary has windows of its own.
/// </remarks>
static class ContentChunks
{
    /// <summary>The estimated number of tokens in a window.</summary>
    internal const int MaxTokens = 64;

    /// <summary>More windows of one event are not embedded: a call of about eight hours.</summary>
    internal const int MaxChunks = 2000;

    /// <summary>The characters of a message that are embedded. Models cut longer texts anyway.</summary>
    const int MaxMessageLength = 4000;

    static readonly char[] LineEnds = ['\n', '\r', '\u2028', '\u2029'];

    internal static IReadOnlyList<string> Split(EventChannel channel, string? body, string? transcript, string? summary)
    {
        List<string> chunks = [];
        if (!string.IsNullOrWhiteSpace(body))
            if (channel is EventChannel.Sms or EventChannel.Mms)
                chunks.Add(Cut(body.Trim()));
            else
                AddWindows(chunks, body);
        AddWindows(chunks, transcript);
        AddWindows(chunks, summary);
        return chunks.Count <= MaxChunks ? chunks : chunks[..MaxChunks];
    }

    /// <summary>
    /// Estimates the number of tokens without the vocabulary of a model: a word of up to six characters is one token, a
    /// longer one more, and each other character is one.
    /// </summary>
    internal static int CountTokens(ReadOnlySpan<char> text)
    {
        int tokens = 0,
            word = 0;
        foreach (char c in text)
            if (char.IsAsciiLetterOrDigit(c) || (c > 127 && char.IsLetterOrDigit(c) && !IsIdeograph(c)))
            {
                if (word++ % 6 == 0)
                    tokens++;
            }
            else
            {
                word = 0;
                if (!char.IsWhiteSpace(c))
                    tokens++;
            }
        return tokens;
    }

    static void AddWindows(List<string> chunks, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        List<(string Text, int Tokens)> window = [];
        int tokens = 0;
        bool hasNew = false;
        foreach (string turn in Turns(text))
        {
            int count = CountTokens(turn);
            if (hasNew && tokens + count > MaxTokens)
            {
                chunks.Add(Join(window));
                // The last turn gives the next window its context, unless there is no room for both.
                (string Text, int Tokens) last = window[^1];
                window.Clear();
                tokens = 0;
                if (last.Tokens + count <= MaxTokens)
                {
                    window.Add(last);
                    tokens = last.Tokens;
                }
                if (chunks.Count >= MaxChunks)
                    return;
            }
            window.Add((turn, count));
            tokens += count;
            hasNew = true;
        }
        if (hasNew)
            chunks.Add(Join(window));
    }

    /// <summary>The lines of a text; a line that is longer than a window is divided between words.</summary>
    static IEnumerable<string> Turns(string text)
    {
        foreach (
            string line in text.Split(LineEnds, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        {
            if (CountTokens(line) <= MaxTokens)
            {
                yield return line;
                continue;
            }
            int start = 0,
                tokens = 0;
            for (int i = 0; i < line.Length; )
            {
                int end = line.IndexOf(' ', i);
                end = end < 0 ? line.Length : end + 1;
                int count = CountTokens(line.AsSpan(i, end - i));
                // A "word" that fills a window alone, such as text without spaces, is cut.
                if (count > MaxTokens)
                {
                    end = CutPoint(line, i, end);
                    count = CountTokens(line.AsSpan(i, end - i));
                }
                if (tokens > 0 && tokens + count > MaxTokens)
                {
                    yield return line[start..i].Trim();
                    (start, tokens) = (i, 0);
                }
                tokens += count;
                i = end;
            }
            if (line[start..].Trim() is { Length: > 0 } rest)
                yield return rest;
        }
    }

    static int CutPoint(string line, int from, int to)
    {
        int end = from;
        while (end < to && CountTokens(line.AsSpan(from, end + 1 - from)) <= MaxTokens)
            end++;
        // Not between the halves of a surrogate pair.
        return end < to && char.IsLowSurrogate(line[end]) && end - 1 > from ? end - 1 : end;
    }

    static string Join(List<(string Text, int Tokens)> window) => string.Join('\n', window.Select(t => t.Text));

    static string Cut(string text) =>
        text.Length <= MaxMessageLength ? text
        : char.IsHighSurrogate(text[MaxMessageLength - 1]) ? text[..(MaxMessageLength - 1)]
        : text[..MaxMessageLength];

    /// <summary>Han, Hiragana, Katakana and Hangul: scripts whose characters are tokens of their own.</summary>
    static bool IsIdeograph(char c) =>
        c is >= '\u3040' and <= '\u30ff' or >= '\u3400' and <= '\u9fff' or >= '\uac00' and <= '\ud7af';
}
