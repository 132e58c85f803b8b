using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Search;

/// <summary>Calls the database functions of search and defines their columns.</summary>
static class SearchCommands
{
    /// <summary>The most events that a search ranks, as in <c>callintel.search_texts</c>.</summary>
    internal const int MaxRanked = 1000;

    const string TextsSql =
        "select event_id, is_exact, score"
        + " from callintel.search_texts($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

    const string ContactSql = "select event_id from callintel.search_contact($1, $2, $3, $4, $5, $6, $7, $8)";
    const string Found = " from callintel.read_found_events($1)";
    const string StateSql =
        "select is_enabled, language, key_version, is_complete, indexed_at from callintel.search_state()";

    static readonly string FoundSql = EventQuery.Metadata + Found;
    static readonly string FoundWithContentSql = EventQuery.WithContent + Found;

    /// <summary>The content of the events of one page.</summary>
    internal static readonly ProtectedRead PageWithContent = new(
        FoundWithContentSql,
        1,
        [
            new("body", ProtectedFields.Body),
            new("transcript", ProtectedFields.Transcript),
            new("summary", ProtectedFields.Summary),
        ],
        events: "id",
        contacts: "contact_id"
    );

    internal readonly record struct TextHit(Guid Event, bool IsExact, double Score);

    internal readonly record struct State(SearchIndexState Index, int KeyVersion);

    internal static NpgsqlBatchCommand Texts(SearchQuery query, string[] lexemes, short[] terms, string? exact) =>
        new NpgsqlBatchCommand(TextsSql).With(
            lexemes,
            terms,
            exact,
            query.SimilarTo,
            query.Range?.From.UtcDateTime,
            query.Range?.To.UtcDateTime,
            query.Contact?.Value,
            query.Member?.Value,
            (short?)query.Channel,
            (short?)query.Direction,
            query.Source,
            MaxRanked
        );

    internal static TextHit ReadText(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetBoolean(1), row.GetDouble(2));

    internal static NpgsqlBatchCommand ForContact(SearchQuery query, ContactId contact) =>
        new NpgsqlBatchCommand(ContactSql).With(
            contact.Value,
            query.Range?.From.UtcDateTime,
            query.Range?.To.UtcDateTime,
            query.Member?.Value,
            (short?)query.Channel,
            (short?)query.Direction,
            query.Source,
            MaxRanked
        );

    internal static NpgsqlBatchCommand ReadState() => new(StateSql);

    internal static State MapState(NpgsqlDataReader row) =>
        new(
            new SearchIndexState(
                row.GetBoolean(0),
                (SearchLanguage)row.GetInt16(1),
                row.GetBoolean(3),
                row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4)
            ),
            row.GetInt32(2)
        );

    internal static NpgsqlBatchCommand Page(Guid[] ids, bool withContent) =>
        new NpgsqlBatchCommand(withContent ? FoundWithContentSql : FoundSql).With(ids);
}
