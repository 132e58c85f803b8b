namespace CallIntel.Sdk.Questions.Planning;

/// <summary>
/// The number of characters to insert, delete, replace or exchange with their neighbour, to turn a word into another.
/// </summary>
static class EditDistance
{
    internal const int MaxLength = 40;

    /// <summary>Returns the distance, or a larger number than the limit if it exceeds the limit.</summary>
    internal static int Compute(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit || a.Length > MaxLength || b.Length > MaxLength)
            return limit + 1;
        Span<int> before = stackalloc int[MaxLength + 1];
        Span<int> last = stackalloc int[MaxLength + 1];
        Span<int> row = stackalloc int[MaxLength + 1];
        for (int j = 0; j <= b.Length; j++)
            last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            int best = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                best = Math.Min(best, row[j]);
            }
            if (best > limit)
                return limit + 1;
            last[..(b.Length + 1)].CopyTo(before);
            row[..(b.Length + 1)].CopyTo(last);
        }
        return last[b.Length];
    }

    /// <summary>How many typing errors a word of a length may have: none below 4, one below 8, then two.</summary>
    internal static int Tolerance(int length) =>
        length switch
        {
            < 4 => 0,
            < 8 => 1,
            _ => 2,
        };
}
