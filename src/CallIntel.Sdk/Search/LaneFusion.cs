namespace CallIntel.Sdk.Search;

/// <summary>
/// Unites the ranks by words and by meaning: a weighted sum of scores that are scaled to 0 to 1 in each of the two.
/// </summary>
/// <remarks>
/// Ranks are not fused by position (RRF): with equal weights, that makes a good encoder worse (ADR 0042).
/// </remarks>
static class LaneFusion
{
    /// <summary>The weight of meaning; the rest is that of words.</summary>
    internal const double MeaningWeight = 0.8;

    /// <summary>How many events are compared by meaning.</summary>
    internal const int Neighbors = 200;

    /// <summary>
    /// Returns the sum of both scores of each event. An event that only one of them found has 0 in the other.
    /// </summary>
    /// <param name="words">The scores by words, in any order.</param>
    /// <param name="meaning">The scores by meaning, a higher one is better.</param>
    /// <param name="weight">The weight of meaning, 0 to 1.</param>
    internal static Dictionary<Guid, double> Fuse(
        IReadOnlyList<(Guid Event, double Score)> words,
        IReadOnlyList<(Guid Event, double Score)> meaning,
        double weight
    )
    {
        // An org without a model, and a text without a word of its own, have one rank only.
        if (meaning.Count == 0)
            weight = 0;
        else if (words.Count == 0)
            weight = 1;
        Dictionary<Guid, double> fused = [];
        Add(fused, words, 1 - weight);
        Add(fused, meaning, weight);
        return fused;
    }

    static void Add(Dictionary<Guid, double> fused, IReadOnlyList<(Guid Event, double Score)> scores, double weight)
    {
        if (scores.Count == 0)
            return;
        // With one rank only, scores keep their ratios; scaled to the lowest one, they could not be compared any more.
        double lowest = weight < 1 ? scores.Min(s => s.Score) : 0,
            range = scores.Max(s => s.Score) - lowest;
        foreach ((Guid id, double score) in scores)
            fused[id] = fused.GetValueOrDefault(id) + weight * (range > 0 ? Math.Max(score - lowest, 0) / range : 1);
    }
}
