using CallIntel.Sdk.Contacts;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The contacts with most events. Who is kept from the member is no row here, and no number in one.</summary>
static class TopContactsFigure
{
    internal const string Sql = """
        select e.contact_id, count(*), coalesce(sum(e.duration_s), 0), max(e.occurred_at)
          from callintel.events e
         where e.org_id = $1 and e.id >= $2 and e.id < $3 and e.occurred_at >= $4 and e.occurred_at < $5
           and e.contact_id is not null
         group by 1
         order by 2 desc, 3 desc, 1
         limit $6
        """;

    internal static ContactVolume Read(NpgsqlDataReader row) =>
        new(new ContactId(row.GetGuid(0)), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3));
}
