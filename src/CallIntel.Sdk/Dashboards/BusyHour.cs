namespace CallIntel.Sdk.Dashboards;

/// <summary>The number of events in one hour of the week.</summary>
/// <param name="Day">The day of the week in the requested time zone.</param>
/// <param name="Hour">The hour of the day in the requested time zone, 0 to 23.</param>
/// <param name="Events">The number of events that started in this hour, summed over all weeks of the range.</param>
public sealed record BusyHour(DayOfWeek Day, int Hour, long Events);
