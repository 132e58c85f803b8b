using CallIntel.Sdk.Access;
using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The place of a member on a leaderboard.</summary>
/// <param name="Place">
/// The place, from 1. Members with equal numbers share a place, and the next one is left out.
/// </param>
/// <param name="Name">
/// The display name; null if the member has none, or if the session may not read it. Members see their own name, and
/// ReadContacts shows those of others.
/// </param>
/// <param name="Activity">The calls and messages of the member.</param>
public sealed record LeaderboardEntry(int Place, [property: ProtectedData] MemberName? Name, MemberActivity Activity);
