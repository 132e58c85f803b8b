using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Event count and talk time of one contact, or of all remaining contacts combined.</summary>
/// <param name="Contact">The contact; null in the row of all remaining contacts.</param>
/// <param name="Events">
/// The number of events. The row of all remaining contacts includes events of contacts hidden from the member.
/// </param>
/// <param name="TalkSeconds">
/// The total duration in seconds, without events of contacts hidden from the member.
/// </param>
/// <param name="LastEvent">
/// The start time of the latest event, in UTC; null in the row of all remaining contacts.
/// </param>
public sealed record ContactVolume(
    [property: PseudonymousData] ContactId? Contact,
    long Events,
    long TalkSeconds,
    DateTimeOffset? LastEvent
);
