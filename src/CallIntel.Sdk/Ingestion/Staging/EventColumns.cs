using CallIntel.Sdk.Ingestion.Bulk;
using CallIntel.Sdk.Tenancy;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>A column of an event as it is sent to the database.</summary>
/// <param name="Name">The name of the column in staging slots.</param>
/// <param name="Role">The statements that send the column.</param>
/// <param name="One">Gets the value of one row.</param>
/// <param name="Many">Gets the values of several rows as an array.</param>
/// <param name="ManyOrEmpty">
/// Like <paramref name="Many"/>, but returns an empty array if the column can be null and every value is null.
/// </param>
sealed record EventColumn(
    string Name,
    ColumnRole Role,
    Func<StagedEvent, SqlValue> One,
    Func<StagedRows, SqlValue> Many,
    Func<StagedRows, IReadOnlyList<int>, SqlValue> ManyOrEmpty
);

/// <summary>Which statements send a column.</summary>
[Flags]
enum ColumnRole
{
    /// <summary>Sent with every record that may change stored data.</summary>
    Change = 0,

    /// <summary>Also sent with new records that have content and metadata only.</summary>
    Stored = 1,

    /// <summary>Compared to detect whether a stored record was reported with changes.</summary>
    Compared = 2,
}

/// <summary>
/// The columns of an event in the order of every statement and COPY list. This is their only definition in C#.
/// </summary>
/// <remarks>
/// For speed, <see cref="StagingCopy"/> and <see cref="StagedEvent.ReportsSameAs"/> list the columns in code. Tests
/// check that both match this list.
/// </remarks>
static class EventColumns
{
    internal static readonly IReadOnlyList<EventColumn> All =
    [
        Create("id", NpgsqlDbType.Uuid, row => row.Id, ColumnRole.Stored | ColumnRole.Compared),
        Create("occurred_at", NpgsqlDbType.TimestampTz, row => row.OccurredAt, ColumnRole.Stored | ColumnRole.Compared),
        Nullable("contact_id", NpgsqlDbType.Uuid, row => row.Contact, ColumnRole.Stored | ColumnRole.Compared),
        Nullable("member_id", NpgsqlDbType.Uuid, row => row.Member, ColumnRole.Stored | ColumnRole.Compared),
        Nullable(
            "duration_s",
            NpgsqlDbType.Integer,
            row => row.DurationSeconds,
            ColumnRole.Stored | ColumnRole.Compared
        ),
        Create("channel", NpgsqlDbType.Smallint, row => row.Channel, ColumnRole.Stored | ColumnRole.Compared),
        Create("direction", NpgsqlDbType.Smallint, row => row.Direction, ColumnRole.Stored | ColumnRole.Compared),
        Create("outcome", NpgsqlDbType.Smallint, row => row.Outcome, ColumnRole.Stored | ColumnRole.Compared),
        Nullable(
            "utc_offset_minutes",
            NpgsqlDbType.Smallint,
            row => row.UtcOffsetMinutes,
            ColumnRole.Stored | ColumnRole.Compared
        ),
        Text("external_id", row => row.ExternalId),
        Envelope("body", row => row.StoredBody),
        Envelope("transcript", row => row.StoredTranscript),
        Envelope("summary", row => row.StoredSummary),
        Nullable("modified_at", NpgsqlDbType.TimestampTz, row => row.ModifiedAt, ColumnRole.Change),
        Nullable("change", NpgsqlDbType.Smallint, row => row.Change, ColumnRole.Change),
        Nullable("body_hash", NpgsqlDbType.Bigint, row => row.BodyHash, ColumnRole.Stored | ColumnRole.Compared),
        Nullable(
            "transcript_hash",
            NpgsqlDbType.Bigint,
            row => row.TranscriptHash,
            ColumnRole.Stored | ColumnRole.Compared
        ),
        Nullable("summary_hash", NpgsqlDbType.Bigint, row => row.SummaryHash, ColumnRole.Stored | ColumnRole.Compared),
        Nullable(
            "conversation_key",
            NpgsqlDbType.Uuid,
            row => row.ConversationKey,
            ColumnRole.Stored | ColumnRole.Compared
        ),
        Nullable("line_id", NpgsqlDbType.Uuid, row => row.Line, ColumnRole.Stored | ColumnRole.Compared),
        Nullable(
            "outcome_rank",
            NpgsqlDbType.Smallint,
            row => row.OutcomeRank,
            ColumnRole.Stored | ColumnRole.Compared
        ),
    ];

    /// <summary>The columns that are sent for a new record with content and metadata only.</summary>
    internal static readonly IReadOnlyList<EventColumn> Stored = [.. All.Where(c => c.Role.HasFlag(ColumnRole.Stored))];

    /// <summary>
    /// The columns that are compared to detect whether a stored record changed. Content is compared by its keyed
    /// digests.
    /// </summary>
    internal static readonly IReadOnlyList<EventColumn> Compared =
    [
        .. All.Where(c => c.Role.HasFlag(ColumnRole.Compared)),
    ];

    /// <summary>The column list of the COPY statement.</summary>
    internal static readonly string Names = string.Join(", ", All.Select(c => c.Name));

    /// <summary>Returns <c>$first, $first+1, ...</c>, one placeholder per column.</summary>
    internal static string Placeholders(int first, IReadOnlyCollection<EventColumn> columns) =>
        string.Join(", ", Enumerable.Range(first, columns.Count).Select(n => $"${n}"));

    static EventColumn Create<T>(string name, NpgsqlDbType type, Func<StagedEvent, T> get, ColumnRole role)
        where T : struct =>
        new(
            name,
            role,
            row => SqlValue.Create<T>(type, get(row)),
            rows => SqlValue.Column(type, rows, get),
            (rows, chosen) => SqlValue.Column(type, chosen, i => get(rows[i]))
        );

    static EventColumn Nullable<T>(string name, NpgsqlDbType type, Func<StagedEvent, T?> get, ColumnRole role)
        where T : struct =>
        new(
            name,
            role,
            row => SqlValue.Create<T>(type, get(row)),
            rows => SqlValue.Column(type, rows, get),
            (rows, chosen) => SqlValue.ColumnOrEmpty(type, chosen, i => get(rows[i]))
        );

    static EventColumn Text(string name, Func<StagedEvent, string?> get) =>
        new(
            name,
            ColumnRole.Stored,
            row => get(row),
            rows => SqlValue.Column(NpgsqlDbType.Text, rows, get),
            (rows, chosen) => SqlValue.Column(NpgsqlDbType.Text, chosen, i => get(rows[i]))
        );

    static EventColumn Envelope(string name, Func<StagedEvent, ReadOnlyMemory<byte>> get) =>
        new(
            name,
            ColumnRole.Stored,
            row => get(row),
            rows => SqlValue.Column(NpgsqlDbType.Bytea, rows, row => BytesOf(get(row))),
            (rows, chosen) => SqlValue.Column(NpgsqlDbType.Bytea, chosen, i => BytesOf(get(rows[i])))
        );

    static byte[]? BytesOf(ReadOnlyMemory<byte> envelope) => envelope.IsEmpty ? null : envelope.ToArray();
}
