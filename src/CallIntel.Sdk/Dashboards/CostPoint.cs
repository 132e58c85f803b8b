using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The prices that sources reported for one channel, direction and currency in one time bucket.</summary>
/// <param name="Start">
/// The start of the bucket, with the UTC offset of the grain's time zone at that time. May be before the range.
/// </param>
/// <param name="Channel">The channel: call, SMS, MMS or voicemail.</param>
/// <param name="Direction">The direction from the org's point of view.</param>
/// <param name="Currency">The currency as the source reported it; null if it reported none.</param>
/// <param name="Records">The number of records with a price. Buckets without such records have no row.</param>
/// <param name="Cost">The sum of the prices, with the sign that the source reported.</param>
public sealed record CostPoint(
    DateTimeOffset Start,
    EventChannel Channel,
    EventDirection Direction,
    string? Currency,
    long Records,
    decimal Cost
);
