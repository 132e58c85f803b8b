using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Dashboards;

/// <summary>How much went on with one contact, or with all others together.</summary>
/// <param name="Contact">The contact; null in the row of everybody else.</param>
/// <param name="Events">
/// How many events. The row of everybody else includes events of contacts that the member may not see.
/// </param>
/// <param name="TalkSeconds">
/// The sum of their durations in seconds, without events of contacts that the member may not see.
/// </param>
/// <param name="LastEvent">When the latest of them began, in UTC; null in the row of everybody else.</param>
public sealed record ContactVolume(
    [property: PseudonymousData] ContactId? Contact,
    long Events,
    long TalkSeconds,
    DateTimeOffset? LastEvent
);
