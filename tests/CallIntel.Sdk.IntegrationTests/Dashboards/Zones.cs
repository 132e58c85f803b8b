namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Time zones given as rules, because the machine that runs the tests may have no time zone data.</summary>
static class Zones
{
    static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.CreateCustomTimeZone(
        "Europe/Copenhagen",
        TimeSpan.FromHours(1),
        null,
        null,
        null,
        [
            TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                DateTime.MinValue.Date,
                DateTime.MaxValue.Date,
                TimeSpan.FromHours(1),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(
                    new DateTime(1, 1, 1, 2, 0, 0),
                    3,
                    5,
                    DayOfWeek.Sunday
                ),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(
                    new DateTime(1, 1, 1, 3, 0, 0),
                    10,
                    5,
                    DayOfWeek.Sunday
                )
            ),
        ]
    );

    public static TimeZoneInfo Of(string name) =>
        name switch
        {
            "UTC" => TimeZoneInfo.Utc,
            "Europe/Copenhagen" => Copenhagen,
            "Asia/Kathmandu" => TimeZoneInfo.CreateCustomTimeZone(name, new TimeSpan(5, 45, 0), null, null),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };

    public static DateTimeOffset Local(DateTimeOffset moment, string zone) =>
        TimeZoneInfo.ConvertTime(moment, Of(zone));

    /// <summary>The first moment of the local hour, day, week or month.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset moment, string unit, string zone)
    {
        DateTimeOffset local = Local(moment, zone);
        if (unit == "hour")
            return local.AddTicks(-(local.Ticks % TimeSpan.TicksPerHour));
        DateTime day = local.Date;
        DateTime first = unit switch
        {
            "day" => day,
            "week" => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
            _ => new DateTime(day.Year, day.Month, 1),
        };
        return new DateTimeOffset(first, Of(zone).GetUtcOffset(first));
    }
}
