using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Calls, messages and talk time per line.</summary>
static class LineActivityFigure
{
    const string Columns = "select line_id, inbound_calls, answered_calls, outbound_calls, messages, talk_s from ";

    const string Arguments = ", " + DashboardCommand.Filter + ")";

    internal static DashboardFigure<LineActivity> Figure { get; } =
        new(
            Columns + "callintel.count_by_line($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.count_by_line(p.starts, p.ends" + Arguments,
            DashboardFrame.ByLine,
            Read
        );

    static LineActivity Read(NpgsqlDataReader row) =>
        new(
            row.IsDBNull(0) ? null : new LineId(row.GetGuid(0)),
            row.GetInt64(1),
            row.GetInt64(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt64(5)
        );
}
