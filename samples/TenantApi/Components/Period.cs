using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.TenantApi.Demo;

namespace CallIntel.TenantApi.Components;

/// <summary>The last days up to the end of today, as whole days of the org's time zone.</summary>
public sealed record Period(int Days)
{
    static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById(DemoPeople.TimeZone);

    public static IReadOnlyList<int> Choices { get; } = [7, 30, 90];

    /// <summary>What a bar of a chart stands for.</summary>
    public string Unit => Days > 31 ? "week" : "day";

    /// <summary>A query over the period. Long periods are shown by week.</summary>
    public DashboardQuery Query(bool compares = false)
    {
        DateTime tomorrow = Display.Local(TimeProvider.System.GetUtcNow()).Date.AddDays(1);
        return new DashboardQuery(new TimeRange(Midnight(tomorrow.AddDays(-Days)), Midnight(tomorrow)))
        {
            Grain = (Days > 31 ? Grain.Week : Grain.Day).In(DemoPeople.TimeZone),
            ComparesWithPrevious = compares,
        };
    }

    static DateTimeOffset Midnight(DateTime day) => new(day, Zone.GetUtcOffset(day));
}
