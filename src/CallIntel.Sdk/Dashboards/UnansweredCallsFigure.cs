using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Unanswered inbound calls and what was done about them, by day.</summary>
static class UnansweredCallsFigure
{
    /// <summary>How long after a call it may be called back; the ids reach that far beyond the range.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromHours(24);

    // One pass in the order of the contact, latest first: the frame ends before the present moment, so its minimum is the next outbound call,
    // and it only ever grows, so each call is added once. A call from a withheld number (contact null) cannot be called back.
    internal const string Sql = """
        select d.day, sum(d.calls)::bigint, sum(d.unanswered)::bigint, sum(d.called_back)::bigint, max(d.median_s)
          from (select (c.occurred_at at time zone $6)::date as day, count(*) as calls, count(*) filter (where c.unanswered) as unanswered,
                       count(*) filter (where c.unanswered and c.next_call <= c.occurred_at + interval '24 hours') as called_back,
                       percentile_cont(0.5) within group (order by extract(epoch from c.next_call - c.occurred_at)::double precision)
                           filter (where c.unanswered and c.next_call <= c.occurred_at + interval '24 hours') as median_s
                  from (select e.occurred_at, e.direction, e.outcome in (2, 3, 4, 5) as unanswered,
                               case when e.contact_id is not null then
                                   min(e.occurred_at) filter (where e.direction = 2) over (
                                       partition by e.contact_id order by e.occurred_at desc groups between unbounded preceding and 1 preceding)
                               end as next_call
                          from callintel.events e
                         where e.org_id = $1 and e.id >= $2 and e.id < $3
                           and e.occurred_at >= $4 and e.occurred_at < $5 + interval '24 hours'
                           and e.channel = 1 and to_timestamp(0) at time zone $6 is not null) c
                 where c.direction = 1 and c.occurred_at < $5
                 group by 1
                union all
                select k.day, k.calls, k.unanswered, k.called_back, null
                  from callintel.count_kept_unanswered($2, $3, $4, $5, $6) k) d
         group by 1
         order by 1
        """;

    internal static UnansweredDay Read(NpgsqlDataReader row) => new(
        row.GetFieldValue<DateOnly>(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetDouble(4));
}
