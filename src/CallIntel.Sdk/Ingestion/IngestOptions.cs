namespace CallIntel.Sdk.Ingestion;

/// <summary>Configures an ingestion run.</summary>
public sealed class IngestOptions
{
    /// <summary>The number of records per batch. Each batch is one transaction.</summary>
    /// <value>The default value is 20,000. Allowed: 1 to 1,000,000.</value>
    public int BatchSize { get; set; } = 20_000;

    /// <summary>The number of batches that are stored in parallel, each on its own connection.</summary>
    /// <value>The default value is 2. Allowed: 1 to 8.</value>
    public int Lanes { get; set; } = 2;

    /// <summary>
    /// The interval between heartbeats of the run. Sync health reports the run as hanging after three missed intervals
    /// and as failed after ten.
    /// </summary>
    /// <value>The default value is 30 seconds. Allowed: one second to one hour.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Receives the progress after every committed batch. Default: none.</summary>
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
