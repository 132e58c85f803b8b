using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>Counts rejected records by reason and detail.</summary>
sealed class RejectCounter
{
    /// <summary>The number of details that are kept; an importer could write a new one for each record.</summary>
    const int MostDetails = 200;

    readonly Dictionary<(RejectReason Reason, string? Detail), long> _counts = [];

    internal void Add(RejectReason reason, string? detail)
    {
        if (_counts.Count >= MostDetails && !_counts.ContainsKey((reason, detail)))
            detail = null;
        _counts[(reason, detail)] = _counts.GetValueOrDefault((reason, detail)) + 1;
    }

    /// <summary>The counts, the largest first.</summary>
    internal IReadOnlyList<RejectCount> ToList() =>
        [
            .. _counts
                .OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key.Reason)
                .ThenBy(pair => pair.Key.Detail, StringComparer.Ordinal)
                .Select(pair => new RejectCount(pair.Key.Reason.ToCode(), pair.Key.Detail, pair.Value)),
        ];
}
