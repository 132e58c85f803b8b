namespace CallIntel.Sdk.SyncHealth;

/// <summary>How one stream of a source is doing at a moment.</summary>
public sealed record StreamHealth
{
    /// <summary>The stream.</summary>
    public required Guid StreamId { get; init; }

    /// <summary>The name of its source.</summary>
    public required string Source { get; init; }

    /// <summary>What the source is, for example <c>csv</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The name of the stream within the source.</summary>
    public required string Stream { get; init; }

    /// <summary>Its state: that of the worst reason.</summary>
    public required SourceState State { get; init; }

    /// <summary>Why it is not ok, the worst first; empty if it is.</summary>
    public required IReadOnlyList<HealthReason> Reasons { get; init; }

    /// <summary>The time of the latest event stored; null if there is none.</summary>
    public DateTimeOffset? Watermark { get; init; }

    /// <summary>
    /// How old the latest event is; null if there is none. It grows where nothing happens, and is no fault by itself.
    /// </summary>
    public TimeSpan? Lag { get; init; }

    /// <summary>When the last run that succeeded ended; null if none has.</summary>
    public DateTimeOffset? SucceededAt { get; init; }

    /// <summary>When fresh data is due; null where nobody said and nothing is learned yet.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether the newest run goes on, as far as its heartbeat tells.</summary>
    public bool Running { get; init; }

    /// <summary>Runs that failed or died since the last success; counted to 1,000.</summary>
    public long Failures { get; init; }

    /// <summary>
    /// With what the last run that is over failed: a code of the SDK, <c>cancelled</c> or <c>source_failed</c>; null if
    /// it did not, or died.
    /// </summary>
    public string? ErrorCode { get; init; }

    /// <summary>How often fresh data is due, as said or learned; null if neither.</summary>
    public TimeSpan? ExpectedEvery { get; init; }

    /// <summary>How old the newest event may be when it comes, as said or learned; null if neither.</summary>
    public TimeSpan? ExpectedLag { get; init; }

    /// <summary>
    /// New rows that three of four past weeks had by this point of the hour; null if fewer than four weeks are known.
    /// </summary>
    public long? ExpectedRows { get; init; }
}
