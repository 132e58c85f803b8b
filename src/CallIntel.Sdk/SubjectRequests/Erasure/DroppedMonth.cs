namespace CallIntel.Sdk.SubjectRequests;

/// <summary>A month of an org whose events were dropped because all of them were older than their retention.</summary>
/// <param name="Month">The first day of the month, in UTC.</param>
/// <param name="Events">The number of events that were dropped.</param>
/// <param name="DroppedAt">When the events were dropped, in UTC.</param>
public sealed record DroppedMonth(DateOnly Month, long Events, DateTimeOffset DroppedAt);
