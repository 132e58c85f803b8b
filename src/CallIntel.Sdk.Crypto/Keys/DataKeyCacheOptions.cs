namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The bounds of a <see cref="DataKeyCache"/>.</summary>
public sealed record DataKeyCacheOptions
{
    /// <summary>How many keys are kept at most; leased ones beyond that live until they are given back.</summary>
    /// <value>Default 8192, about 2 KB of memory each. At least 1.</value>
    public int Capacity { get; init; } = 8192;

    /// <summary>
    /// How long a key is kept, counted from the moment the store was asked for it. A certificate of erasure must wait
    /// this long and
    /// <see cref="LeaseDeadline"/> more, unless every process was told.
    /// </summary>
    /// <value>Default 5 minutes. Greater than zero.</value>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long leases and sets keep a key usable after it left the cache because it expired, was evicted or was
    /// invalidated. Then the key
    /// is zeroed as soon as no running call uses it, so that a lease that is never disposed does not keep it.
    /// </summary>
    /// <value>Default 1 minute. Greater than zero.</value>
    public TimeSpan LeaseDeadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many uses are reserved at a time for a key that encrypts; more when a batch demands more.</summary>
    /// <value>Default 1024. At least 1.</value>
    public int ReservationBlock { get; init; } = 1024;
}
