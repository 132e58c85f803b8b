using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Contacts to call back, by pages: <c>$15</c> rows after <c>$16</c> and <c>$17</c>.</summary>
static class CallsToReturnFigure
{
    const string Columns = "select contact_id, calls, first_call, last_call from ";

    const string Arguments = ", " + DashboardCommand.Filter + ", $16, $17, $15)";

    internal static DashboardFigure<CallToReturn> Figure { get; } =
        new(
            Columns + "callintel.list_calls_to_return($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.list_calls_to_return(p.starts, p.ends" + Arguments,
            DashboardFrame.FromEvents,
            Read
        );

    static CallToReturn Read(NpgsqlDataReader row) =>
        new(
            new ContactId(row.GetGuid(0)),
            row.GetInt64(1),
            row.GetFieldValue<DateTimeOffset>(2),
            row.GetFieldValue<DateTimeOffset>(3)
        );
}
