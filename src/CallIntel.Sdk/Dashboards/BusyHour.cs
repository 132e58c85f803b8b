namespace CallIntel.Sdk.Dashboards;

/// <summary>How much happens in one hour of the week.</summary>
/// <param name="Day">The day of the week, by the clock of the time zone asked for.</param>
/// <param name="Hour">The hour of the day, 0 to 23.</param>
/// <param name="Events">How many events began in it, all weeks of the range together.</param>
public sealed record BusyHour(DayOfWeek Day, int Hour, long Events);
