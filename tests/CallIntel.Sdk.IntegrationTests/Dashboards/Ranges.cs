using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

static class Ranges
{
    /// <summary>Every generated record, those outside of any monthly partition too.</summary>
    public static TimeRange All { get; } = new(GeneratedTraffic.Start.AddDays(-100), GeneratedTraffic.End.AddDays(3));

    public static TimeRange February { get; } = new(At(2026, 2, 1), At(2026, 3, 1));

    /// <summary>Begins and ends within a day, around the change of clocks.</summary>
    public static TimeRange LateMarch { get; } = new(At(2026, 3, 27).AddHours(7.5), At(2026, 3, 30).AddHours(3.25));

    public static TimeRange[] Each => [All, February, LateMarch];

    public static bool Holds(this TimeRange range, EventRecord record) =>
        record.OccurredAt >= range.From && record.OccurredAt < range.To;

    static DateTimeOffset At(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}
