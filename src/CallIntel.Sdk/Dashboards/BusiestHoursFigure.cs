using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The number of events per day of the week and hour of the day.</summary>
static class BusiestHoursFigure
{
    const string Columns = "select day_of_week, hour_of_day, events from ";

    const string Arguments = ", $4, " + DashboardCommand.Filter + ")";

    internal static DashboardFigure<BusyHour> Figure { get; } =
        new(
            Columns + "callintel.count_events_by_hour($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.count_events_by_hour(p.starts, p.ends" + Arguments,
            DashboardFrame.ByHour,
            Read
        );

    static BusyHour Read(NpgsqlDataReader row) => new((DayOfWeek)row.GetInt32(0), row.GetInt32(1), row.GetInt64(2));
}
