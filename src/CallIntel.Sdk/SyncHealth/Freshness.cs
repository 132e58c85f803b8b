using Npgsql;

namespace CallIntel.Sdk.SyncHealth;

/// <summary>The freshness of one stream, or of all streams combined.</summary>
readonly record struct Freshness(SourceState State, DateTimeOffset? AsOf)
{
    // A successful run has read everything up to its time, however old its latest event is. For a stream without a
    // successful run, the time of the latest event is used.
    const string Sql = """
        select h.state, coalesce(h.succeeded_at, h.watermark)
          from callintel.sync_health_at(statement_timestamp()) h
        """;

    internal static NpgsqlBatchCommand Command() => new(Sql);

    internal static Freshness Read(NpgsqlDataReader row) =>
        new(SourceStateText.Parse(row.GetString(0)), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1));

    /// <summary>Combines the freshness of streams: the worst state and the oldest time.</summary>
    internal static Freshness Combine(IReadOnlyCollection<Freshness> streams) =>
        streams.Count == 0 ? new(SourceState.NeverRun, null) : new(streams.Max(s => s.State), streams.Min(s => s.AsOf));
}
