using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// The contacts with the most events, and one row that combines all remaining contacts: the rest, small groups, and
/// contacts hidden from the member.
/// </summary>
static class TopContactsFigure
{
    const string Columns = "select contact_id, events, talk_s, last_event from ";

    const string Arguments = ", $15, " + DashboardCommand.Filter + ")";

    internal static DashboardFigure<ContactVolume> Figure { get; } =
        new(
            Columns + "callintel.count_events_by_contact($1, $2" + Arguments,
            Columns
                + DashboardCommand.PreviousPeriod
                + "callintel.count_events_by_contact(p.starts, p.ends"
                + Arguments,
            DashboardFrame.ByContact,
            Read
        );

    static ContactVolume Read(NpgsqlDataReader row) =>
        new(
            row.IsDBNull(0) ? null : new ContactId(row.GetGuid(0)),
            row.GetInt64(1),
            row.GetInt64(2),
            row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3)
        );
}
