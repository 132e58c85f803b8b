namespace CallIntel.Benchmarks.Scorecard;

/// <summary>The extent of a measurement.</summary>
/// <param name="Extent">How much data and how many runs the measurement uses.</param>
/// <param name="Figure">
/// The beginning of the names of the figures to measure. Null for all. A suite whose figures need the same data
/// measures all of them.
/// </param>
sealed record ScorecardSize(ScorecardExtent Extent, string? Figure)
{
    const int SmokeDivisor = 20;

    /// <summary>Gets whether the measurement uses less data than a published figure needs.</summary>
    internal bool IsReduced => Extent is not ScorecardExtent.Full;

    /// <summary>Returns the number of rows, calls or runs for the extent.</summary>
    /// <param name="full">The number for published figures.</param>
    /// <param name="quick">The number for a first impression. A smoke run uses a fraction of it.</param>
    /// <param name="atLeast">The smallest number with which the measurement works.</param>
    internal int Pick(int full, int quick, int atLeast = 1) =>
        Extent switch
        {
            ScorecardExtent.Full => full,
            ScorecardExtent.Quick => quick,
            _ => Math.Max(atLeast, quick / SmokeDivisor),
        };

    /// <summary>Returns n, if the extent uses every n-th item of a list.</summary>
    internal int Every(int full, int quick) =>
        Extent switch
        {
            ScorecardExtent.Full => full,
            ScorecardExtent.Quick => quick,
            _ => quick * SmokeDivisor,
        };

    /// <summary>Returns whether to measure any of these figures.</summary>
    internal bool Wants(params ReadOnlySpan<string> figures)
    {
        if (Figure is null)
            return true;
        foreach (string figure in figures)
            if (figure.StartsWith(Figure, StringComparison.Ordinal))
                return true;
        return false;
    }
}
