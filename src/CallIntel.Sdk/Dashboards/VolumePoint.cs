using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Dashboards;

/// <summary>How much went through one channel in one direction in one bucket of time.</summary>
/// <param name="Start">
/// When the bucket begins, with the offset of the grain's time zone at that moment. May lie before the range.
/// </param>
/// <param name="Channel">Call, SMS, MMS or voicemail.</param>
/// <param name="Direction">Who began, seen from the org.</param>
/// <param name="Events">How many events; buckets without any have no row.</param>
/// <param name="TalkSeconds">
/// The sum of their durations in seconds. An event without a duration adds none, nor does one of a contact that the
/// member may not see.
/// </param>
public sealed record VolumePoint(
    DateTimeOffset Start,
    EventChannel Channel,
    EventDirection Direction,
    long Events,
    long TalkSeconds
);
