namespace CallIntel.Benchmarks.Scorecard;

/// <summary>One figure of the scorecard: a ratio or a count, never an absolute time.</summary>
/// <param name="Suite">The suite, for example <c>ingest</c>.</param>
/// <param name="Name">The figure within it.</param>
/// <param name="Value">The median of the runs.</param>
/// <param name="Unit">ratio, count, MB or B.</param>
/// <param name="Target">What is to be reached; null where the figure is information.</param>
/// <param name="HigherIsBetter">Whether the target is a floor; a ceiling otherwise.</param>
/// <param name="Runs">How many times it was measured.</param>
/// <param name="Min">The smallest value.</param>
/// <param name="Max">The largest value.</param>
/// <param name="Note">What a reader needs to know, absolute times included.</param>
sealed record Figure(
    string Suite,
    string Name,
    double Value,
    string Unit,
    double? Target,
    bool HigherIsBetter,
    int Runs,
    double Min,
    double Max,
    string Note
)
{
    internal bool? Met => Target is { } target ? (HigherIsBetter ? Value >= target : Value <= target) : null;

    internal static Figure Of(
        string suite,
        string name,
        IReadOnlyCollection<double> values,
        string unit,
        double? target,
        bool higherIsBetter,
        string note
    ) => new(suite, name, Median(values), unit, target, higherIsBetter, values.Count, values.Min(), values.Max(), note);

    internal static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
