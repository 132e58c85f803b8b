using CallIntel.Sdk.Events;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Calls per time bucket and direction, and how many were answered.</summary>
static class AnswerRateFigure
{
    const string Columns = "select bucket, utc_offset_minutes, direction, calls, answered, missed, talk_s from ";

    const string Arguments = ", $3, $4, " + DashboardCommand.Filter + ")";

    internal static DashboardFigure<AnswerRatePoint> Figure { get; } =
        new(
            Columns + "callintel.count_calls($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.count_calls(p.starts, p.ends" + Arguments,
            DashboardFrame.ByTime,
            Read
        );

    static AnswerRatePoint Read(NpgsqlDataReader row) =>
        new(
            row.GetFieldValue<DateTimeOffset>(0).ToOffset(TimeSpan.FromMinutes(row.GetInt32(1))),
            (EventDirection)row.GetInt16(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt64(5),
            row.GetInt64(6)
        );
}
