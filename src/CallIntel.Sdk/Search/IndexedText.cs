using System.Globalization;
using System.Text;

namespace CallIntel.Sdk.Search;

/// <summary>A part of a text as it is stored: lexemes with their positions.</summary>
/// <param name="Words">The number of words, which the rank depends on.</param>
/// <param name="Vector">The text of a <c>tsvector</c>.</param>
readonly record struct IndexedChunk(short Words, string Vector);

/// <summary>Splits the terms of a text into overlapping parts and writes them as vectors.</summary>
/// <remarks>
/// A long text is found by its best part, and words next to each other stay next to each other in one of the parts.
/// </remarks>
static class IndexedText
{
    /// <summary>The words of a part, how many of them the next part repeats, and the most parts of a text.</summary>
    internal const int Window = 200,
        Overlap = 40,
        MaxChunks = 500;

    /// <summary>The most positions of one lexeme in a part. More would not change the rank.</summary>
    const int MaxPositions = 16;

    internal static void Add(
        List<IndexedChunk> chunks,
        IReadOnlyList<TextToken> tokens,
        int words,
        Func<string, string> lexemeOf
    )
    {
        const int Step = Window - Overlap;
        int first = 0;
        for (int start = 0; start < words && chunks.Count < MaxChunks; start += Step)
        {
            while (first < tokens.Count && tokens[first].Position <= start)
                first++;
            Dictionary<string, List<int>> positions = new(StringComparer.Ordinal);
            int count = 0;
            for (int i = first; i < tokens.Count && tokens[i].Position <= start + Window; i++)
            {
                string lexeme = lexemeOf(tokens[i].Term);
                if (!positions.TryGetValue(lexeme, out List<int>? at))
                    positions.Add(lexeme, at = []);
                if (at.Count < MaxPositions)
                    at.Add(tokens[i].Position - start);
                count += tokens[i].Kind is TokenKind.Word or TokenKind.Code ? 1 : 0;
            }
            if (positions.Count > 0)
                chunks.Add(new IndexedChunk((short)count, Write(positions)));
            if (start + Window >= words)
                break;
        }
    }

    static string Write(Dictionary<string, List<int>> positions)
    {
        StringBuilder vector = new(positions.Count * 16);
        foreach ((string lexeme, List<int> at) in positions)
        {
            vector.Append(vector.Length == 0 ? "" : " ").Append('\'').Append(lexeme).Append("':");
            for (int i = 0; i < at.Count; i++)
                vector.Append(i == 0 ? "" : ",").Append(at[i].ToString(CultureInfo.InvariantCulture));
        }
        return vector.ToString();
    }
}
