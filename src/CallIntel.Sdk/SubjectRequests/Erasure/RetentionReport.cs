namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What retention would delete now.</summary>
/// <param name="Days">
/// The retention of the org in days; null if it keeps events without a limit. Contacts can have one of their own.
/// </param>
/// <param name="Due">How many events are older than their retention and would be deleted.</param>
/// <param name="Held">How many more a legal hold keeps.</param>
/// <param name="Requested">How many more an open data subject request keeps.</param>
/// <param name="Oldest">
/// The time of the oldest event that would be deleted, in UTC, without events of contacts that are hidden from the
/// session; null if there is none.
/// </param>
public sealed record RetentionReport(int? Days, long Due, long Held, long Requested, DateTimeOffset? Oldest);
