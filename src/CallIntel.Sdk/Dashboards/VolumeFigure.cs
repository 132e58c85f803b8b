using CallIntel.Sdk.Events;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Events and talk time by bucket, channel and direction.</summary>
static class VolumeFigure
{
    // The offset is worked out once a bucket, not once an event. to_timestamp(0) at time zone ...: an unknown zone is an error in an org
    // without events too.
    internal const string Sql = """
        select g.bucket,
               (extract(epoch from (g.bucket at time zone $6) - (g.bucket at time zone 'UTC')) / 60)::integer,
               g.channel, g.direction, sum(g.events)::bigint, sum(g.talk_s)::bigint
          from (select date_trunc($7, e.occurred_at, $6) as bucket, e.channel, e.direction,
                       count(*) as events, coalesce(sum(e.duration_s), 0) as talk_s
                  from callintel.events e
                 where e.org_id = $1 and e.id >= $2 and e.id < $3 and e.occurred_at >= $4 and e.occurred_at < $5
                   and to_timestamp(0) at time zone $6 is not null
                 group by 1, 2, 3
                union all
                select k.bucket, k.channel, k.direction, k.events, 0
                  from callintel.count_kept_events($2, $3, $4, $5, $7, $6) k) g
         group by g.bucket, g.channel, g.direction
         order by 1, 3, 4
        """;

    internal static VolumePoint Read(NpgsqlDataReader row) => new(
        row.GetFieldValue<DateTimeOffset>(0).ToOffset(TimeSpan.FromMinutes(row.GetInt32(1))),
        (EventChannel)row.GetInt16(2), (EventDirection)row.GetInt16(3), row.GetInt64(4), row.GetInt64(5));
}
