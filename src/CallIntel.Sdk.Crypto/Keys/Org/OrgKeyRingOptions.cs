namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The limits of an <see cref="OrgKeyRing"/>.</summary>
public sealed record OrgKeyRingOptions
{
    /// <summary>
    /// Gets the maximum number of org keys in memory. All versions of one key of one org count as one. When the limit
    /// is exceeded, the key that was loaded first is removed.
    /// </summary>
    /// <value>Default 4096. At least 1.</value>
    public int Capacity { get; init; } = 4096;

    /// <summary>Gets how long a key stays in memory, counted from the moment the store was queried for it.</summary>
    /// <value>Default 5 minutes. Greater than zero.</value>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets how long running operations can use a key after it left the ring because it expired, was evicted or was
    /// invalidated. Then the key is zeroed.
    /// </summary>
    /// <value>Default 1 minute. Greater than zero.</value>
    public TimeSpan HandleDeadline { get; init; } = TimeSpan.FromMinutes(1);
}
