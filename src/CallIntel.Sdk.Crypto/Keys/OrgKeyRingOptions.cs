namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The bounds of an <see cref="OrgKeyRing"/>.</summary>
public sealed record OrgKeyRingOptions
{
    /// <summary>
    /// How many keys of orgs are kept at most; all versions of one key of one org count as one. The one that was loaded
    /// first goes first.
    /// </summary>
    /// <value>Default 4096. At least 1.</value>
    public int Capacity { get; init; } = 4096;

    /// <summary>How long a key is kept, counted from the moment the store was asked for it.</summary>
    /// <value>Default 5 minutes. Greater than zero.</value>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long handles keep a key usable after it left the ring because it expired, was evicted or was invalidated.
    /// </summary>
    /// <value>Default 1 minute. Greater than zero.</value>
    public TimeSpan HandleDeadline { get; init; } = TimeSpan.FromMinutes(1);
}
