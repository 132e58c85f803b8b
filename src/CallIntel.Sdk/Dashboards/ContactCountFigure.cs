using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Different contacts, and new ones, per time bucket.</summary>
static class ContactCountFigure
{
    const string Columns = "select bucket, utc_offset_minutes, contacts, new_contacts from ";

    const string Arguments = ", $3, $4, " + DashboardCommand.Filter + ")";

    internal static DashboardFigure<ContactCount> Figure { get; } =
        new(
            Columns + "callintel.count_contacts($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.count_contacts(p.starts, p.ends" + Arguments,
            DashboardFrame.ByContactAndTime,
            Read
        );

    static ContactCount Read(NpgsqlDataReader row) =>
        new(
            row.GetFieldValue<DateTimeOffset>(0).ToOffset(TimeSpan.FromMinutes(row.GetInt32(1))),
            row.GetInt64(2),
            row.GetInt64(3)
        );
}
