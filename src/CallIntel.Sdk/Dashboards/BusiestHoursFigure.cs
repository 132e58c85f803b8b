using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Events by day of the week and hour of the day.</summary>
static class BusiestHoursFigure
{
    // to_timestamp(0) at time zone ...: an unknown zone is an error in an org without events too
    internal const string Sql = """
        select extract(dow from g.hour)::integer, extract(hour from g.hour)::integer, sum(g.events)::bigint
          from (select date_trunc('hour', e.occurred_at at time zone $6) as hour, count(*) as events
                  from callintel.events e
                 where e.org_id = $1 and e.id >= $2 and e.id < $3 and e.occurred_at >= $4 and e.occurred_at < $5
                   and to_timestamp(0) at time zone $6 is not null
                 group by 1
                union all
                select k.bucket at time zone $6, k.events
                  from callintel.count_kept_events($2, $3, $4, $5, 'hour', $6) k) g
         group by 1, 2
         order by 3 desc, 1, 2
        """;

    internal static BusyHour Read(NpgsqlDataReader row) => new((DayOfWeek)row.GetInt32(0), row.GetInt32(1), row.GetInt64(2));
}
