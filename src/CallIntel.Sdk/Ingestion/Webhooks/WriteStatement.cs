using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Rejects;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion.Webhooks;

/// <summary>
/// A batch as one statement: merge, details if there are any, and counters, each after the one before because it takes
/// its result.
/// </summary>
static class WriteStatement
{
    /// <summary>Those of write_events and record_batch; what details take comes after them.</summary>
    static readonly int OwnParameters = EventColumns.All.Count + 8;

    static readonly string Plain = TextOf([]);

    internal static NpgsqlBatchCommand Of(IngestBatch batch, IngestRun run, IngestSource source)
    {
        List<DetailsMerge> extras = DetailsMerge.Of(batch.Events);
        NpgsqlBatchCommand command = new(extras.Count == 0 ? Plain : TextOf(extras));
        StagedRows rows = batch.Events;
        List<Reject> rejects = batch.Rejects;
        command.With([
            run.SourceId,
            source.TimesMayChange,
            .. EventColumns.All.Select(column => column.Many(rows)),
            run.RunId,
            run.StreamId,
            SqlValue.Column(NpgsqlDbType.Bigint, rejects, reject => reject.Ordinal),
            SqlValue.Column(NpgsqlDbType.Text, rejects, reject => reject.Reason.ToCode()),
            SqlValue.Column(NpgsqlDbType.Bytea, rejects, reject => reject.Raw),
            SqlValue.Column(NpgsqlDbType.Text, rejects, reject => reject.Place),
        ]);
        foreach (DetailsMerge merge in extras)
            command.With(merge.Parameters);
        return command;
    }

    /// <returns>What became of the rows: the columns of the statement.</returns>
    internal static MergeCounts CountsOf(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(3), row.GetInt64(2), null);

    static string TextOf(List<DetailsMerge> extras)
    {
        int own = OwnParameters;
        string calls = "",
            changed = "w.updated";
        int first = OwnParameters + 1;
        for (int i = 0; i < extras.Count; i++)
        {
            string placeholders = extras[i].Placeholders(first);
            string ids = $"${first}";
            // an argument of the merge's result keeps the planner from calling it before
            calls +=
                $"lateral {extras[i].Function}(case when w.staged is not null then {ids} end{placeholders[ids.Length..]}) as e{i} (updated), ";
            changed += $" || e{i}.updated";
            first += extras[i].Parameters.Length;
        }
        // an event may have changed in several ways
        string count =
            extras.Count == 0 ? "cardinality(w.updated)" : $"(select count(distinct x) from unnest({changed}) x)";
        return $"""
            select w.staged, w.inserted, w.suppressed, u.updated
              from callintel.write_events($1, $2, {EventColumns.Placeholders(3, EventColumns.All)}) w, {calls}
                   lateral (select least({count}, w.staged - w.inserted - w.suppressed) as updated) u,
                   lateral callintel.record_batch(${own - 5}, ${own
                - 4}, w.staged, w.inserted, u.updated, w.suppressed, w.latest,
                   ${own - 3}, ${own - 2}, ${own - 1}, ${own}, null, null, null) r
            """;
    }
}
