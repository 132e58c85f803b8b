namespace CallIntel.Sdk.Search;

/// <summary>An event with its place among the hits of a search.</summary>
readonly record struct RankedEvent(SearchLane Lane, double Score, Guid Event)
{
    /// <summary>
    /// The order of hits: by lane, then by score, and the newest first where scores are equal. No two events are equal,
    /// so pages neither repeat nor leave out one.
    /// </summary>
    internal static int Compare(RankedEvent a, RankedEvent b) =>
        a.Lane != b.Lane ? a.Lane.CompareTo(b.Lane)
        : a.Score != b.Score ? b.Score.CompareTo(a.Score)
        : b.Event.CompareTo(a.Event);

    internal SearchCursor Cursor => new(Lane, Score, Event);

    internal bool IsAfter(SearchCursor cursor) =>
        Compare(this, new RankedEvent(cursor.Lane, cursor.Score, cursor.Event)) > 0;
}
