using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Event count and talk time of one channel and direction in one time bucket.</summary>
/// <param name="Start">
/// The start of the bucket, with the UTC offset of the grain's time zone at that time. May be before the range.
/// </param>
/// <param name="Channel">The channel: call, SMS, MMS or voicemail.</param>
/// <param name="Direction">The direction from the org's point of view.</param>
/// <param name="Events">The number of events. Buckets without events have no row.</param>
/// <param name="TalkSeconds">
/// The total duration in seconds, without events that have no duration and events of contacts hidden from the member.
/// </param>
public sealed record VolumePoint(
    DateTimeOffset Start,
    EventChannel Channel,
    EventDirection Direction,
    long Events,
    long TalkSeconds
);
