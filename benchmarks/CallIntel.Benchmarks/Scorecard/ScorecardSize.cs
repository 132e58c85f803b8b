namespace CallIntel.Benchmarks.Scorecard;

/// <summary>How much of a suite is measured.</summary>
/// <param name="Quick">Less data and fewer runs: to see that it works, not to publish.</param>
/// <param name="Figure">The beginning of the figures wanted; null for all. Suites whose figures need the same data measure all of them.</param>
sealed record ScorecardSize(bool Quick, string? Figure)
{
    /// <summary>Whether any of these figures is wanted.</summary>
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
