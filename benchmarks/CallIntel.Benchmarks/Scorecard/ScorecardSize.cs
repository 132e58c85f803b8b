namespace CallIntel.Benchmarks.Scorecard;

/// <summary>The extent of a measurement.</summary>
/// <param name="Quick">Whether to use less data and fewer runs. The figures are not for publication then.</param>
/// <param name="Figure">
/// The beginning of the names of the figures to measure. Null for all. A suite whose figures need the same data
/// measures all of them.
/// </param>
sealed record ScorecardSize(bool Quick, string? Figure)
{
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
