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
    const int Arguments = 8;
    const string Page = " from callintel.read_events($1, $2, $3, $4, $5, $6, $7, $8)";
    const string ContentPage = " from callintel.read_events_with_content($1, $2, $3, $4, $5, $6, $7, $8)";
    const string ForwardPage = " from callintel.read_events_forward($1, $2, $3, $4, $5, $6, $7, $8)";
    const string ForwardContentPage =
        " from callintel.read_events_forward_with_content($1, $2, $3, $4, $5, $6, $7, $8)";

    /// <summary>Selects the columns that <see cref="ConversationEvent.Read"/> reads.</summary>
    internal static readonly string Metadata = "select " + string.Join(", ", ConversationEvent.Columns);

    /// <summary>Selects the columns that <see cref="MapStored"/> reads.</summary>
    internal static readonly string WithContent = Metadata + ", has_content, body, transcript, summary, sealed_id";

    static readonly string PageSql = Metadata + Page;
    static readonly string PageWithContentSql = WithContent + ContentPage;
    static readonly string ForwardSql = Metadata + ForwardPage;
    static readonly string ForwardWithContentSql = WithContent + ForwardContentPage;
    static readonly string ByExternalIdSql = Metadata + " from callintel.find_events_by_external_id($1, $2, $3, $4)";
    static readonly string FindSql = Metadata + " from callintel.find_event($1, $2)";
    static readonly string ConversationSql = Metadata + " from callintel.read_conversation($1)";
    static readonly string FindWithContentSql = WithContent + " from callintel.find_event_with_content($1, $2)";

    static readonly ProtectedColumn[] ContentColumns =
    [
        new("body", ProtectedFields.Body),
        new("transcript", ProtectedFields.Transcript),
        new("summary", ProtectedFields.Summary),
    ];

    static readonly ProtectedRead PageWithContent = new(
        PageWithContentSql,
        Arguments,
        ContentColumns,
        events: "id",
        contacts: "contact_id"
    );

    static readonly ProtectedRead ForwardWithContent = new(
        ForwardWithContentSql,
        Arguments,
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

    internal static StoredEvent MapStored(NpgsqlDataReader row)
    {
        int content = ConversationEvent.Columns.Length;
        return row.GetBoolean(content)
            ? new StoredEvent(
                ConversationEvent.Read(row),
                true,
                Envelope(row, content + 1),
                Envelope(row, content + 2),
                Envelope(row, content + 3),
                row.IsDBNull(content + 4) ? null : row.GetGuid(content + 4)
            )
            : new StoredEvent(ConversationEvent.Read(row), false, null, null, null, null);
    }

    static byte[]? Envelope(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null : row.GetFieldValue<byte[]>(ordinal);
}
