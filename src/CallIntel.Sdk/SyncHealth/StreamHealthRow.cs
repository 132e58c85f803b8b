using Npgsql;

namespace CallIntel.Sdk.SyncHealth;

/// <summary>A row of <c>callintel.sync_health_at</c>.</summary>
sealed record StreamHealthRow(DateTimeOffset At, StreamHealth Stream)
{
    // Intervals are read in microseconds: a TimeSpan cannot represent months, which an interval may contain.
    internal const string Sql = """
        select coalesce($1, statement_timestamp()), h.stream_id, h.source, h.kind, h.stream, h.state,
               h.reasons, h.explanations,
               h.watermark, (extract(epoch from h.lag) * 1000000)::bigint, h.succeeded_at, h.due_at, h.running,
               h.failures, h.error_code,
               (extract(epoch from h.expected_every) * 1000000)::bigint,
               (extract(epoch from h.expected_lag) * 1000000)::bigint, h.expected_rows
          from callintel.sync_health_at(coalesce($1, statement_timestamp())) h
        """;

    internal Freshness Freshness => new(Stream.State, Stream.SucceededAt ?? Stream.Watermark);

    internal static StreamHealthRow Read(NpgsqlDataReader row)
    {
        string[] codes = row.GetFieldValue<string[]>(6),
            texts = row.GetFieldValue<string[]>(7);
        return new StreamHealthRow(
            row.GetFieldValue<DateTimeOffset>(0),
            new StreamHealth
            {
                StreamId = row.GetGuid(1),
                Source = row.GetString(2),
                Kind = row.GetString(3),
                Stream = row.GetString(4),
                State = SourceStateText.Parse(row.GetString(5)),
                Reasons = [.. codes.Zip(texts, (code, text) => new HealthReason(code, text))],
                Watermark = Moment(row, 8),
                Lag = Span(row, 9),
                SucceededAt = Moment(row, 10),
                DueAt = Moment(row, 11),
                Running = row.GetBoolean(12),
                Failures = row.GetInt64(13),
                ErrorCode = row.IsDBNull(14) ? null : row.GetString(14),
                ExpectedEvery = Span(row, 15),
                ExpectedLag = Span(row, 16),
                ExpectedRows = row.IsDBNull(17) ? null : row.GetInt64(17),
            }
        );
    }

    static DateTimeOffset? Moment(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    static TimeSpan? Span(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : TimeSpan.FromMicroseconds(row.GetInt64(column));
}
