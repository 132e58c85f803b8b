using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Missed inbound calls per day and how many were returned.</summary>
static class UnansweredCallsFigure
{
    const string Columns = "select day, calls, unanswered, called_back, median_s from ";

    const string Arguments = ", $4, " + DashboardCommand.Filter + ")";

    internal static DashboardFigure<UnansweredDay> Figure { get; } =
        new(
            Columns + "callintel.count_unanswered_calls($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.count_unanswered_calls(p.starts, p.ends" + Arguments,
            DashboardFrame.ByWaitAndDay,
            Read
        );

    static UnansweredDay Read(NpgsqlDataReader row) =>
        new(
            row.GetFieldValue<DateOnly>(0),
            row.GetInt64(1),
            row.GetInt64(2),
            row.GetInt64(3),
            row.IsDBNull(4) ? null : row.GetDouble(4)
        );
}
