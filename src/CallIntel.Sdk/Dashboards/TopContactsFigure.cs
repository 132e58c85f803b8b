using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// The contacts with most events, and one row of everybody else: the rest, small groups, and contacts that the member
/// may not see.
/// </summary>
static class TopContactsFigure
{
    internal const string Sql =
        "select contact_id, events, talk_s, last_event from callintel.count_events_by_contact($1, $2, $3)";

    internal static ContactVolume Read(NpgsqlDataReader row) =>
        new(
            row.IsDBNull(0) ? null : new ContactId(row.GetGuid(0)),
            row.GetInt64(1),
            row.GetInt64(2),
            row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3)
        );
}
