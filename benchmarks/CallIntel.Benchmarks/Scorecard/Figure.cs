namespace CallIntel.Benchmarks.Scorecard;

/// <summary>A figure of the scorecard: a ratio or a count, but never an absolute time.</summary>
/// <param name="Suite">The suite, for example <c>ingest</c>.</param>
/// <param name="Name">The name of the figure in the suite.</param>
/// <param name="Value">The median of the runs.</param>
/// <param name="Unit"><c>ratio</c>, <c>count</c>, <c>MB</c> or <c>B</c>.</param>
/// <param name="Target">The target. Null if the figure is only reported.</param>
/// <param name="HigherIsBetter">Whether the target is a minimum instead of a maximum.</param>
/// <param name="Runs">The number of runs.</param>
/// <param name="Min">The smallest value of the runs.</param>
/// <param name="Max">The largest value of the runs.</param>
/// <param name="Note">What readers need to know to understand the figure, for example absolute times.</param>
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
    /// <summary>Gets whether the figure meets its target. Null if it has none.</summary>
    internal bool? Met => Target is { } target ? (HigherIsBetter ? Value >= target : Value <= target) : null;

    internal static Figure Create(
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
