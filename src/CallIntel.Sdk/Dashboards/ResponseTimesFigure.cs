using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The time from an inbound message to the next outbound message to the same contact.</summary>
static class ResponseTimesFigure
{
    const string Columns = "select messages, answered, median_s, p90_s from ";

    const string Arguments = ", " + DashboardCommand.Filter + ")";

    internal static DashboardFigure<ResponseTimes> Figure { get; } =
        new(
            Columns + "callintel.measure_response_times($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.measure_response_times(p.starts, p.ends" + Arguments,
            DashboardFrame.ByWait,
            Read
        );

    static ResponseTimes Read(NpgsqlDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetInt64(1),
            row.IsDBNull(2) ? null : row.GetDouble(2),
            row.IsDBNull(3) ? null : row.GetDouble(3)
        );
}
