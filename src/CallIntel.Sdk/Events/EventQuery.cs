using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Events;

/// <summary>
/// Calls the database functions that read events and defines their columns. These functions open the session context
/// themselves with a token.
/// </summary>
static class EventQuery
{
    const string Metadata =
        "select id, occurred_at, utc_offset_minutes, channel, direction, outcome, contact_id, member_id, duration_s,"
        + " source_id, external_id, conversation_key, line_id";

    const string PageColumns =
        "select id, occurred_at, utc_offset_minutes, channel_, direction, outcome, contact_id, member_id, duration_s,"
        + " source_id, external_id, conversation_key, line_id";

    const string Content = ", has_content, body, transcript, summary, sealed_id";
    const string PageSql = PageColumns + " from callintel.read_events($1, $2, $3, $4, $5, $6, $7, $8)";
    const string PageWithContentSql =
        PageColumns + Content + " from callintel.read_events_with_content($1, $2, $3, $4, $5, $6, $7, $8)";
    const string ForwardSql = PageColumns + " from callintel.read_events_forward($1, $2, $3, $4, $5, $6, $7, $8)";
    const string ForwardWithContentSql =
        PageColumns + Content + " from callintel.read_events_forward_with_content($1, $2, $3, $4, $5, $6, $7, $8)";
    const string ByExternalIdSql = Metadata + " from callintel.find_events_by_external_id($1, $2, $3, $4)";
    const string FindSql = Metadata + " from callintel.find_event($1, $2)";
    const string ConversationSql = Metadata + " from callintel.read_conversation($1)";
    const string FindWithContentSql = Metadata + Content + " from callintel.find_event_with_content($1, $2)";

    static readonly ProtectedColumn[] ContentColumns =
    [
        new("body", ProtectedFields.Body),
        new("transcript", ProtectedFields.Transcript),
        new("summary", ProtectedFields.Summary),
    ];

    static readonly ProtectedRead PageWithContent = new(
        PageWithContentSql,
        8,
        ContentColumns,
        events: "id",
        contacts: "contact_id"
    );

    static readonly ProtectedRead ForwardWithContent = new(
        ForwardWithContentSql,
        8,
        ContentColumns,
        events: "id",
        contacts: "contact_id"
    );

    /// <summary>One event with content.</summary>
    internal static readonly ProtectedRead OneWithContent = new(
        FindWithContentSql,
        2,
        ContentColumns,
        events: "id",
        contacts: "contact_id"
    );

    internal static NpgsqlBatchCommand Conversation(Guid id) => new NpgsqlBatchCommand(ConversationSql).With(id);

    /// <summary>The protected columns of a page; null if the filter does not include content.</summary>
    internal static ProtectedRead? ContentOf(EventFilter filter) =>
        !filter.IncludesContent ? null
        : filter.IsOldestFirst ? ForwardWithContent
        : PageWithContent;

    /// <param name="token">The token of the session.</param>
    /// <param name="filter">Selects the events and their order.</param>
    /// <param name="preceding">The last id of the previous page: only events that follow it in the order.</param>
    /// <param name="most">The maximum number of rows.</param>
    internal static NpgsqlBatchCommand Read(NpgsqlParameter token, EventFilter filter, Guid? preceding, int most) =>
        new NpgsqlBatchCommand(
            (filter.IsOldestFirst, filter.IncludesContent) switch
            {
                (false, false) => PageSql,
                (false, true) => PageWithContentSql,
                (true, false) => ForwardSql,
                (true, true) => ForwardWithContentSql,
            }
        ).With(
            token,
            filter.Range?.From.UtcDateTime,
            filter.Range?.To.UtcDateTime,
            filter.Contact?.Value,
            filter.Member?.Value,
            (short?)filter.Channel,
            preceding,
            most
        );

    internal static NpgsqlBatchCommand FindByExternalId(string source, string externalId, TimeRange? range) =>
        new NpgsqlBatchCommand(ByExternalIdSql).With(
            source,
            externalId,
            range?.From.UtcDateTime,
            range?.To.UtcDateTime
        );

    internal static NpgsqlBatchCommand Find(NpgsqlParameter token, Guid id, bool withContent)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(withContent ? FindWithContentSql : FindSql).With(token, id);
        return command;
    }

    internal static StoredEvent MapStored(NpgsqlDataReader row) =>
        row.GetBoolean(13)
            ? new StoredEvent(
                Map(row),
                true,
                Envelope(row, 14),
                Envelope(row, 15),
                Envelope(row, 16),
                row.IsDBNull(17) ? null : row.GetGuid(17)
            )
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
            ConversationKey = row.IsDBNull(11) ? null : row.GetGuid(11),
            Line = row.IsDBNull(12) ? null : new LineId(row.GetGuid(12)),
        };
    }

    static byte[]? Envelope(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null : row.GetFieldValue<byte[]>(ordinal);
}
