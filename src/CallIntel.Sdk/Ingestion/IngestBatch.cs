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
}
