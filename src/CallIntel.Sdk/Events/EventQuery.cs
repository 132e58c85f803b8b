using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Events;

/// <summary>The statements that read events. Text is put together from constants only, one text a combination of conditions, so that each has a plan of its own.</summary>
static class EventQuery
{
    const string Facts = """
        select e.id, e.occurred_at, e.utc_offset_minutes, e.channel, e.direction, e.outcome, e.contact_id, e.member_id, e.duration_s,
               e.source_id, e.external_id
        """;

    const string Contents = ", c.event_id is not null, c.body, c.transcript, c.summary, c.sealed_id";
    const string From = "\n  from callintel.events e";
    const string JoinContents = "\n  left join callintel.event_contents c on c.org_id = $1 and c.event_id = e.id";
    const string JoinContentsInRange = JoinContents + " and c.event_id >= $2 and c.event_id < $3";
    const string OfOrg = "\n where e.org_id = $1";
    const string InRange = " and e.id >= $2 and e.id < $3 and e.occurred_at >= $4 and e.occurred_at < $5";
    const string NewestFirst = "\n order by e.id desc";

    /// <param name="org">The org.</param>
    /// <param name="filter">Which events.</param>
    /// <param name="before">Only events whose id is smaller: where the page before ended.</param>
    /// <param name="most">How many at most.</param>
    internal static NpgsqlBatchCommand Read(OrgId org, EventFilter filter, Guid? before = null, int? most = null)
    {
        NpgsqlBatchCommand command = new();
        StringBuilder sql = new(Facts);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = org.Value });
        if (filter.Range is { } range)
            DashboardCommand.AddRange(command, range);

        if (filter.IncludesContent)
            sql.Append(Contents);
        sql.Append(From);
        if (filter.IncludesContent)
            sql.Append(filter.Range is null ? JoinContents : JoinContentsInRange);
        sql.Append(OfOrg);
        if (filter.Range is not null)
            sql.Append(InRange);
        if (filter.Contact is { } contact)
            Append(" and e.contact_id = $", new NpgsqlParameter<Guid> { TypedValue = contact.Value });
        if (filter.Member is { } member)
            Append(" and e.member_id = $", new NpgsqlParameter<Guid> { TypedValue = member.Value });
        if (filter.Channel is { } channel)
            Append(" and e.channel = $", new NpgsqlParameter<short> { TypedValue = (short)channel });
        if (before is { } id)
            Append(" and e.id < $", new NpgsqlParameter<Guid> { TypedValue = id });
        sql.Append(NewestFirst);
        if ((most ?? filter.Limit) is { } limit)
            Append("\n limit $", new NpgsqlParameter<int> { TypedValue = limit });
        command.CommandText = sql.ToString();
        return command;

        void Append(string condition, NpgsqlParameter value)
        {
            command.Parameters.Add(value);
            sql.Append(condition).Append(command.Parameters.Count);
        }
    }

    internal static NpgsqlBatchCommand Find(OrgId org, Guid id, bool withContent)
    {
        NpgsqlBatchCommand command = new(withContent
            ? Facts + Contents + From + JoinContents + OfOrg + " and e.id = $2"
            : Facts + From + OfOrg + " and e.id = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = org.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return command;
    }

    internal static StoredEvent MapStored(NpgsqlDataReader row) => row.GetBoolean(11)
        ? new StoredEvent(Map(row), true, Envelope(row, 12), Envelope(row, 13), Envelope(row, 14), row.IsDBNull(15) ? null : row.GetGuid(15))
        : new StoredEvent(Map(row), false, null, null, null, null);

    internal static ConversationEvent Map(NpgsqlDataReader row)
    {
        DateTimeOffset time = row.GetFieldValue<DateTimeOffset>(1);
        return new ConversationEvent
        {
            Id = row.GetGuid(0),
            OccurredAt = row.IsDBNull(2) ? time : time.ToOffset(TimeSpan.FromMinutes(row.GetInt16(2))),
            Channel = (EventChannel)row.GetInt16(3),
            Direction = (EventDirection)row.GetInt16(4),
            Outcome = (EventOutcome)row.GetInt16(5),
            Contact = row.IsDBNull(6) ? null : new ContactId(row.GetGuid(6)),
            Member = row.IsDBNull(7) ? null : new MemberId(row.GetGuid(7)),
            Duration = row.IsDBNull(8) ? null : TimeSpan.FromSeconds(row.GetInt32(8)),
            SourceId = row.GetGuid(9),
            ExternalId = row.IsDBNull(10) ? null : row.GetString(10),
        };
    }

    static byte[]? Envelope(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetFieldValue<byte[]>(ordinal);
}
