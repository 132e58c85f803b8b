namespace CallIntel.Benchmarks.Scorecard;

/// <summary>How much data and how many runs a measurement uses.</summary>
enum ScorecardExtent
{
    /// <summary>As much as published figures need.</summary>
    Full,

    /// <summary>Less data and fewer runs, for a first impression. The figures are not for publication.</summary>
    Quick,

    /// <summary>
    /// Very little data and mostly one run, to find out whether the suites still work. The figures say nothing.
    /// </summary>
    Smoke,
}
