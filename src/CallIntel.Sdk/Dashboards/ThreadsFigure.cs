using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Contacts by their latest event, by pages: <c>$15</c> rows after <c>$16</c> and <c>$17</c>.</summary>
static class ThreadsFigure
{
    const string Columns = "select contact_id, calls, messages, last_event from ";

    const string Arguments = ", " + DashboardCommand.Filter + ", $16, $17, $15)";

    internal static DashboardFigure<ContactThread> Figure { get; } =
        new(
            Columns + "callintel.list_threads($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.list_threads(p.starts, p.ends" + Arguments,
            DashboardFrame.FromEvents,
            Read
        );

    static ContactThread Read(NpgsqlDataReader row) =>
        new(new ContactId(row.GetGuid(0)), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3));
}
