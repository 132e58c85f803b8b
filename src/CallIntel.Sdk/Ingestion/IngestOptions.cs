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

    /// <summary>Told after every committed batch.</summary>
    public IProgress<IngestProgress>? Progress { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BatchSize, 1_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(Lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Lanes, 8);
    }
}
