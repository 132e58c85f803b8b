using Npgsql;

namespace CallIntel.Sdk.SyncHealth;

/// <summary>How fresh one stream is: what answers carry in sum.</summary>
readonly record struct Freshness(SourceState State, DateTimeOffset? AsOf)
{
    // A run that succeeded has delivered everything up to then, however old the last event; the watermark stands in
    // where none has yet.
    const string Sql = """
        select h.state, coalesce(h.succeeded_at, h.watermark)
          from callintel.sync_health_at(statement_timestamp()) h
        """;

    internal static NpgsqlBatchCommand Command() => new(Sql);

    internal static Freshness Read(NpgsqlDataReader row) =>
        new(SourceStateText.Parse(row.GetString(0)), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1));

    /// <summary>A chain is as strong as its weakest link: the worst state and the oldest moment.</summary>
    internal static Freshness Of(IReadOnlyCollection<Freshness> streams) =>
        streams.Count == 0 ? new(SourceState.NeverRun, null) : new(streams.Max(s => s.State), streams.Min(s => s.AsOf));
}
