using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Calls, messages and talk time per member.</summary>
static class MemberActivityFigure
{
    const string Columns = "select member_id, inbound_calls, answered_calls, outbound_calls, messages, talk_s from ";

    const string Arguments = ", " + DashboardCommand.Filter + ")";

    internal static DashboardFigure<MemberActivity> Figure { get; } =
        new(
            Columns + "callintel.count_by_member($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.count_by_member(p.starts, p.ends" + Arguments,
            DashboardFrame.ByMember,
            Read
        );

    static MemberActivity Read(NpgsqlDataReader row) =>
        new(
            row.IsDBNull(0) ? null : new MemberId(row.GetGuid(0)),
            row.GetInt64(1),
            row.GetInt64(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt64(5)
        );
}
