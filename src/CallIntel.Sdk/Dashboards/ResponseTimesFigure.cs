using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Time from an inbound message to the next outbound one to the same contact.</summary>
static class ResponseTimesFigure
{
    /// <summary>How long an answer may take, and how long a silence ends a run; the ids reach that far to both sides of the range.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromHours(24);

    // Both windows share one sort, latest first: the next row is the message before, the growing frame holds all later ones.
    internal const string Sql = """
        select count(*), count(m.answer_s),
               percentile_cont(0.5) within group (order by m.answer_s), percentile_cont(0.9) within group (order by m.answer_s)
          from (select x.occurred_at, x.direction, x.direction_before, x.time_before,
                       case when x.next_outbound <= x.occurred_at + interval '24 hours'
                            then extract(epoch from x.next_outbound - x.occurred_at)::double precision end as answer_s
                  from (select e.occurred_at, e.direction,
                               lead(e.direction) over thread as direction_before, lead(e.occurred_at) over thread as time_before,
                               min(e.occurred_at) filter (where e.direction = 2) over (
                                   partition by e.contact_id order by e.occurred_at desc groups between unbounded preceding and 1 preceding) as next_outbound
                          from callintel.events e
                         where e.org_id = $1 and e.id >= $2 and e.id < $3
                           and e.occurred_at >= $4 - interval '24 hours' and e.occurred_at < $5 + interval '24 hours'
                           and e.channel in (2, 3) and e.contact_id is not null
                        window thread as (partition by e.contact_id order by e.occurred_at desc, e.id desc)) x) m
         where m.direction = 1 and m.occurred_at >= $4 and m.occurred_at < $5
           and (m.direction_before is distinct from 1 or m.time_before < m.occurred_at - interval '24 hours')
        """;

    internal static ResponseTimes Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetDouble(2), row.IsDBNull(3) ? null : row.GetDouble(3));
}
