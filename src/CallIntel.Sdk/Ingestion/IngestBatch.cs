using System.Runtime.InteropServices;

namespace CallIntel.Sdk.Ingestion;

/// <summary>What one transaction stores.</summary>
sealed class IngestBatch(int capacity)
{
    internal List<StagedEvent> Events { get; } = new(Math.Min(capacity, 100_000));

    internal List<Reject> Rejects { get; } = [];

    /// <summary>Where the stream stands once the batch is committed; null if the source gives no cursor.</summary>
    internal string? Cursor { get; set; }

    internal int Count => Events.Count + Rejects.Count;

    internal void Clear()
    {
        Events.Clear();
        Rejects.Clear();
        Cursor = null;
    }

    /// <summary>Whether a record is in both; each has to be sorted by id.</summary>
    internal bool SharesEventsWith(IngestBatch other)
    {
        Span<StagedEvent> own = CollectionsMarshal.AsSpan(Events), others = CollectionsMarshal.AsSpan(other.Events);
        for (int mine = 0, theirs = 0; mine < own.Length && theirs < others.Length;)
        {
            int order = own[mine].Id.CompareTo(others[theirs].Id);
            if (order == 0)
                return true;
            if (order < 0)
                mine++;
            else
                theirs++;
        }
        return false;
    }
}
