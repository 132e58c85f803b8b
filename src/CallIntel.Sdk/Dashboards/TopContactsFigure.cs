using CallIntel.Sdk.Contacts;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The contacts with most events, and one row of everybody else: the rest, small groups, and who is kept from the member.</summary>
static class TopContactsFigure
{
    internal const string Sql = """
        with g as (
            select e.contact_id, count(*) as events, coalesce(sum(e.duration_s), 0) as talk_s, max(e.occurred_at) as last_event
              from callintel.events e
             where e.org_id = $1 and e.id >= $2 and e.id < $3 and e.occurred_at >= $4 and e.occurred_at < $5
               and e.contact_id is not null
             group by 1
        ), top as (
            select g.* from g where g.events >= callintel.smallest_group() order by g.events desc, g.talk_s desc, g.contact_id limit $6
        ), other as (
            select g.events, g.talk_s from g where g.contact_id not in (select t.contact_id from top t)
            union all
            select k.events, 0 from callintel.count_kept_events($2, $3, $4, $5, 'year', 'UTC') k
        )
        select r.contact_id, r.events, r.talk_s, r.last_event
          from (select t.* from top t
                union all
                select null, sum(o.events)::bigint, sum(o.talk_s)::bigint, null from other o having count(*) > 0) r
         order by r.contact_id is null, 2 desc, 3 desc, 1
        """;

    internal static ContactVolume Read(NpgsqlDataReader row) => new(
        row.IsDBNull(0) ? null : new ContactId(row.GetGuid(0)), row.GetInt64(1), row.GetInt64(2),
        row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3));
}
