namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The limits of a <see cref="DataKeyCache"/>.</summary>
public sealed record DataKeyCacheOptions
{
    /// <summary>
    /// Gets the maximum number of cached keys. Leased keys stay in memory beyond that until released.
    /// </summary>
    /// <value>Default 8192, about 2 KB of memory each. At least 1.</value>
    public int Capacity { get; init; } = 8192;

    /// <summary>
    /// Gets how long a key is cached, counted from the moment the store was queried for it. Unless every process is
    /// notified of a crypto-shredding, wait this long plus <see cref="LeaseDeadline"/> before you certify an erasure.
    /// </summary>
    /// <value>Default 5 minutes. Greater than zero.</value>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets how long leases and sets can use a key after it left the cache because it expired, was evicted or was
    /// invalidated. Then the key is zeroed, so that a lease that is never disposed does not keep it in memory.
    /// </summary>
    /// <value>Default 1 minute. Greater than zero.</value>
    public TimeSpan LeaseDeadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets how many uses of an encrypting key are reserved at a time. A larger batch reserves more.</summary>
    /// <value>Default 1024. At least 1.</value>
    public int ReservationBlock { get; init; } = 1024;
}
