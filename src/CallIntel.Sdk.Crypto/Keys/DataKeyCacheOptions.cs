namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The bounds of a <see cref="DataKeyCache"/>.</summary>
public sealed record DataKeyCacheOptions
{
    /// <summary>How many keys are kept at most; leased ones beyond that live until they are given back.</summary>
    /// <value>Default 8192, about 2 KB of memory each. At least 1.</value>
    public int Capacity { get; init; } = 8192;

    /// <summary>How long a key is kept after it was loaded. A certificate of erasure must wait this long, unless every process was told.</summary>
    /// <value>Default 5 minutes. Greater than zero.</value>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many uses are reserved at a time for a key that encrypts; more when a batch demands more.</summary>
    /// <value>Default 1024. At least 1.</value>
    public int ReservationBlock { get; init; } = 1024;
}
