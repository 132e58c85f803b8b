using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Contacts to call back, by pages: <c>$14</c> rows after <c>$15</c> and <c>$16</c>.</summary>
static class CallsToReturnFigure
{
    const string Columns = "select contact_id, calls, first_call, last_call from ";

    const string Arguments = ", " + DashboardCommand.Filter + ", $15, $16, $14)";

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
