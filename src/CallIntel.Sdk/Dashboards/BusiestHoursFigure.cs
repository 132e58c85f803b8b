using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The number of events per day of the week and hour of the day.</summary>
static class BusiestHoursFigure
{
    internal const string Sql =
        "select day_of_week, hour_of_day, events from callintel.count_events_by_hour($1, $2, $3)";

    internal static BusyHour Read(NpgsqlDataReader row) =>
        new((DayOfWeek)row.GetInt32(0), row.GetInt32(1), row.GetInt64(2));
}
