using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>A page of the feed, as far as one session may see it.</summary>
/// <param name="Entries">The entries, in the order of the feed.</param>
/// <param name="Position">The position to continue from.</param>
/// <param name="IsLast">Whether no entry followed when the page was read.</param>
/// <param name="Audience">Sessions with the same audience see the same entries.</param>
sealed record ChangePage(IReadOnlyList<ChangeEntry> Entries, ChangeCursor Position, bool IsLast, string Audience)
{
    internal const int Size = 1000;
    const short PositionKind = 0,
        ResyncKind = 9;

    const string Sql = """
        select kind, generation, xact, seq, range_from, range_to, events, member_id, contact_id, recorded_at, audience
          from callintel.read_changes($1, $2, $3, $4)
        """;

    /// <summary>Reads the entries after a position in one round trip.</summary>
    internal static Task<ChangePage> ReadAsync(
        SessionTransport session,
        ChangeCursor after,
        CancellationToken cancellationToken
    ) => ReadAsync(session, after, Size, cancellationToken);

    /// <summary>Returns the present position and no entries.</summary>
    internal static Task<ChangePage> ReadPositionAsync(SessionTransport session, CancellationToken cancellationToken) =>
        ReadAsync(session, null, 0, cancellationToken);

    static async Task<ChangePage> ReadAsync(
        SessionTransport session,
        ChangeCursor? after,
        int size,
        CancellationToken cancellationToken
    )
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(Sql).With(
            after?.Generation,
            after?.Transaction,
            after?.Sequence,
            size
        );
        List<(short Kind, ChangeEntry Entry, string Audience)> rows = await session
            .ListAsync(command, ReadRow, cancellationToken)
            .ConfigureAwait(false);
        (short lastKind, ChangeEntry last, string audience) = rows[^1];
        bool isPosition = lastKind is PositionKind;
        return new ChangePage(
            [.. rows.Take(rows.Count - (isPosition ? 1 : 0)).Select(row => row.Entry)],
            last.Cursor,
            isPosition,
            audience
        );
    }

    static (short, ChangeEntry, string) ReadRow(NpgsqlDataReader row)
    {
        short kind = row.GetInt16(0);
        return (
            kind,
            new ChangeEntry
            {
                Kind = kind is ResyncKind ? ChangeKind.Resync : (ChangeKind)kind,
                Cursor = new ChangeCursor(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)),
                From = Moment(row, 4),
                To = Moment(row, 5),
                Events = row.IsDBNull(6) ? null : row.GetInt64(6),
                Member = row.IsDBNull(7) ? null : new MemberId(row.GetGuid(7)),
                Contact = row.IsDBNull(8) ? null : new ContactId(row.GetGuid(8)),
                RecordedAt = row.GetFieldValue<DateTimeOffset>(9),
            },
            row.GetString(10)
        );
    }

    static DateTimeOffset? Moment(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
