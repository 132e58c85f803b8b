using CallIntel.Sdk.Tenancy;

namespace CallIntel.Quickstart;

sealed record Volume(string Channel, string Direction, long Events, long TalkSeconds);

sealed record Day(DateOnly Date, long Calls, long Messages);

sealed record Hour(int OfDay, long Events);

sealed record Contact(Guid Id, long Events, long TalkSeconds);

/// <summary>The dashboard of one org over the three weeks of the study.</summary>
sealed record Figures(
    IReadOnlyList<Volume> Volume, IReadOnlyList<Day> Days, IReadOnlyList<Hour> BusiestHours, IReadOnlyList<Contact> TopContacts,
    long UnansweredCalls, long ReturnedCalls, long AnsweredMessages, double MedianReplySeconds)
{
    static readonly DateTime From = new(2026, 1, 5, 0, 0, 0, DateTimeKind.Utc), To = new(2026, 1, 27, 0, 0, 0, DateTimeKind.Utc);
    const string Range = "org_id = $1 and occurred_at >= $2 and occurred_at < $3";

    public static async Task<Figures> ReadAsync(OrgSession session, CancellationToken cancellationToken)
    {
        object?[] range = [session.Identity.Org.Value, From, To];
        var volume = await session.QueryAsync(
            $"select case channel when 1 then 'call' when 2 then 'sms' end, case direction when 1 then 'inbound' else 'outbound' end, count(*), coalesce(sum(duration_s), 0) from callintel.events where {Range} group by channel, direction order by channel, direction",
            r => new Volume(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3)), range, cancellationToken).ToListAsync(cancellationToken);
        var days = await session.QueryAsync(
            $"select (occurred_at at time zone 'UTC')::date, count(*) filter (where channel = 1), count(*) filter (where channel = 2) from callintel.events where {Range} group by 1 order by 1",
            r => new Day(r.GetFieldValue<DateOnly>(0), r.GetInt64(1), r.GetInt64(2)), range, cancellationToken).ToListAsync(cancellationToken);
        var hours = await session.QueryAsync(
            $"select extract(hour from occurred_at at time zone 'UTC')::int, count(*) from callintel.events where {Range} group by 1 order by 2 desc, 1 limit 5",
            r => new Hour(r.GetInt32(0), r.GetInt64(1)), range, cancellationToken).ToListAsync(cancellationToken);
        var contacts = await session.QueryAsync(
            $"select contact_id, count(*), coalesce(sum(duration_s), 0) from callintel.events where {Range} group by 1 order by 2 desc, 1 limit 5",
            r => new Contact(r.GetGuid(0), r.GetInt64(1), r.GetInt64(2)), range, cancellationToken).ToListAsync(cancellationToken);
        var calls = await session.QueryAsync(
            $"""
            select count(*), count(*) filter (where exists (
                       select from callintel.events b where b.org_id = $1 and b.contact_id = e.contact_id and b.channel = 1 and b.direction = 2
                          and b.occurred_at > e.occurred_at and b.occurred_at < e.occurred_at + interval '1 day'))
              from callintel.events e where {Range} and channel = 1 and direction = 1 and outcome = 2
            """, r => (r.GetInt64(0), r.GetInt64(1)), range, cancellationToken).FirstAsync(cancellationToken);
        var replies = await session.QueryAsync(
            $"""
            select count(*), coalesce(percentile_cont(0.5) within group (order by extract(epoch from next_at - occurred_at)), 0)
              from (select direction, occurred_at, lead(direction) over w as next_direction, lead(occurred_at) over w as next_at
                      from callintel.events where {Range} and channel = 2 window w as (partition by member_id, contact_id order by id)) m
             where direction = 1 and next_direction = 2 and next_at < occurred_at + interval '1 day'
            """, r => (r.GetInt64(0), r.GetDouble(1)), range, cancellationToken).FirstAsync(cancellationToken);
        return new Figures(volume, days, hours, contacts, calls.Item1, calls.Item2, replies.Item1, replies.Item2);
    }
}
