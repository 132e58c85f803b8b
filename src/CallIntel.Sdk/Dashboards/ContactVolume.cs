using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Privacy;

namespace CallIntel.Sdk.Dashboards;

/// <summary>How much went on with one contact.</summary>
/// <param name="Contact">The contact.</param>
/// <param name="Events">How many events.</param>
/// <param name="TalkSeconds">The sum of their durations in seconds.</param>
/// <param name="LastEvent">When the latest of them began, in UTC.</param>
public sealed record ContactVolume([property: PseudonymousData] ContactId Contact, long Events, long TalkSeconds, DateTimeOffset LastEvent);
