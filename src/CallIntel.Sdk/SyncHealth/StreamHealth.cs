namespace CallIntel.Sdk.SyncHealth;

/// <summary>The health of one stream of a source.</summary>
public sealed record StreamHealth
{
    /// <summary>The id of the stream.</summary>
    public required Guid StreamId { get; init; }

    /// <summary>The name of the source.</summary>
    public required string Source { get; init; }

    /// <summary>The kind of the source, for example <c>csv</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The name of the stream within the source.</summary>
    public required string Stream { get; init; }

    /// <summary>The state: that of the worst reason.</summary>
    public required SourceState State { get; init; }

    /// <summary>
    /// The reasons why the state is not <see cref="SourceState.Ok"/>, the worst first; empty if it is.
    /// </summary>
    public required IReadOnlyList<HealthReason> Reasons { get; init; }

    /// <summary>The time of the latest stored event; null if there is none.</summary>
    public DateTimeOffset? Watermark { get; init; }

    /// <summary>
    /// The age of the latest event; null if there is none. It grows when nothing happens, so it is not a fault by
    /// itself.
    /// </summary>
    public TimeSpan? Lag { get; init; }

    /// <summary>The end time of the last successful run; null if there is none.</summary>
    public DateTimeOffset? SucceededAt { get; init; }

    /// <summary>When new data is due; null if no expectation is set or learned.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether the newest run is in progress, judging by its heartbeat.</summary>
    public bool Running { get; init; }

    /// <summary>The number of runs that failed or died since the last success, at most 1,000.</summary>
    public long Failures { get; init; }

    /// <summary>
    /// The failure code of the last completed run: an error code of the SDK, <c>cancelled</c> or <c>source_failed</c>.
    /// Null if the run succeeded or died.
    /// </summary>
    public string? ErrorCode { get; init; }

    /// <summary>The interval at which new data is due, as set or learned; null if neither.</summary>
    public TimeSpan? ExpectedEvery { get; init; }

    /// <summary>How old the latest event may be when it arrives, as set or learned; null if neither.</summary>
    public TimeSpan? ExpectedLag { get; init; }

    /// <summary>
    /// The number of new rows that three of four past weeks had reached by this point of the hour. Null if fewer than
    /// four weeks are known.
    /// </summary>
    public long? ExpectedRows { get; init; }
}
