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
)
{
    internal static EventColumn Create<T>(
        string name,
        NpgsqlDbType type,
        Func<StagedEvent, T> get,
        ColumnRole role = ColumnRole.Metadata
    )
        where T : struct =>
        new(
            name,
            role,
            row => SqlValue.Create<T>(type, get(row)),
            rows => SqlValue.Column(type, rows, get),
            (rows, chosen) => SqlValue.Column(type, chosen, i => get(rows[i]))
        );

    internal static EventColumn Nullable<T>(
        string name,
        NpgsqlDbType type,
        Func<StagedEvent, T?> get,
        ColumnRole role = ColumnRole.Metadata
    )
        where T : struct =>
        new(
            name,
            role,
            row => SqlValue.Create<T>(type, get(row)),
            rows => SqlValue.Column(type, rows, get),
            (rows, chosen) => SqlValue.ColumnOrEmpty(type, chosen, i => get(rows[i]))
        );

    internal static EventColumn Text(string name, Func<StagedEvent, string?> get) =>
        new(
            name,
            ColumnRole.Metadata & ~ColumnRole.Compared,
            row => get(row),
            rows => SqlValue.Column(NpgsqlDbType.Text, rows, get),
            (rows, chosen) => SqlValue.Column(NpgsqlDbType.Text, chosen, i => get(rows[i]))
        );

    internal static EventColumn Envelope(string name, Func<StagedEvent, ReadOnlyMemory<byte>> get) =>
        new(
            name,
            ColumnRole.Stored,
            row => get(row),
            rows => SqlValue.Column(NpgsqlDbType.Bytea, rows, row => BytesOf(get(row))),
            (rows, chosen) => SqlValue.Column(NpgsqlDbType.Bytea, chosen, i => BytesOf(get(rows[i])))
        );

    static byte[]? BytesOf(ReadOnlyMemory<byte> envelope) => envelope.IsEmpty ? null : envelope.ToArray();
}

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

    /// <summary>
    /// Stored and compared, and in the data map a reference to a person or derived from content, which lists it itself.
    /// </summary>
    Identifying = Stored | Compared,

    /// <summary>Stored and compared, and metadata in the data map.</summary>
    Metadata = Stored | Compared | 4,
}

/// <summary>
/// The columns of an event, as <see cref="StagedEvent.Columns"/> defines them, for the statements that send them.
/// </summary>
static class EventColumns
{
    internal static IReadOnlyList<EventColumn> All => StagedEvent.Columns;

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

    /// <summary>The columns that are metadata in the data map.</summary>
    internal static readonly IReadOnlyList<EventColumn> Metadata =
    [
        .. All.Where(c => c.Role.HasFlag(ColumnRole.Metadata & ~ColumnRole.Compared)),
    ];

    /// <summary>The column list of the COPY statement.</summary>
    internal static readonly string Names = string.Join(", ", All.Select(c => c.Name));

    /// <summary>Returns <c>$first, $first+1, ...</c>, one placeholder per column.</summary>
    internal static string Placeholders(int first, IReadOnlyCollection<EventColumn> columns) =>
        string.Join(", ", Enumerable.Range(first, columns.Count).Select(n => $"${n}"));
}
