namespace CallIntel.Sdk.Ingestion;

/// <summary>How a run works.</summary>
public sealed class IngestOptions
{
    /// <summary>Records a batch; each batch is one transaction.</summary>
    /// <value>The default value is 20,000; 1 to 1,000,000 are allowed.</value>
    public int BatchSize { get; set; } = 20_000;

    /// <summary>Batches on their way at the same time, each on a connection of its own.</summary>
    /// <value>The default value is 2; 1 to 8 are allowed.</value>
    public int Lanes { get; set; } = 2;

    /// <summary>
    /// How often the run tells the database that its process lives. It hangs for who reads its health after three times
    /// as long, and has failed after ten times.
    /// </summary>
    /// <value>The default value is 30 seconds; one second to one hour are allowed.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Told after every committed batch.</summary>
    public IProgress<IngestProgress>? Progress { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BatchSize, 1_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(Lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Lanes, 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(HeartbeatInterval, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HeartbeatInterval, TimeSpan.FromHours(1));
    }
}
