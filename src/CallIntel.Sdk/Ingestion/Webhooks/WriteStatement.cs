using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Rejects;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion.Webhooks;

/// <summary>
/// Stores a batch in one statement: merges events, then details if there are any, then updates the counters. Each call
/// takes the result of the previous one as an argument, which fixes their order.
/// </summary>
static class WriteStatement
{
    /// <summary>
    /// The number of parameters of <c>write_events</c> and <c>record_batch</c>. The parameters of details follow them.
    /// </summary>
    static readonly int OwnParameters = EventColumns.All.Count + 11;

    static readonly string Plain = TextOf([]);

    internal static NpgsqlBatchCommand Create(IngestBatch batch, IngestRun run, IngestSource source)
    {
        List<DetailsMerge> details = DetailsMerge.CreateAll(batch.Events);
        NpgsqlBatchCommand command = new(details.Count == 0 ? Plain : TextOf(details));
        StagedRows rows = batch.Events;
        List<Reject> rejects = batch.Rejects;
        command.With([
            run.SourceId,
            source.TimesMayChange || batch.TimesMayChange,
            .. EventColumns.All.Select(column => column.Many(rows)),
            run.RunId,
            run.StreamId,
            SqlValue.Column(NpgsqlDbType.Bigint, rejects, reject => reject.Ordinal),
            SqlValue.Column(NpgsqlDbType.Text, rejects, reject => reject.Reason.ToCode()),
            SqlValue.Column(NpgsqlDbType.Bytea, rejects, reject => reject.Raw),
            SqlValue.Column(NpgsqlDbType.Text, rejects, reject => reject.Place),
            SqlValue.Column(NpgsqlDbType.Text, rejects, reject => reject.Detail),
            (long)batch.Suppressed,
            batch.ComparedVersion,
        ]);
        foreach (DetailsMerge merge in details)
            command.With(merge.Parameters);
        return command;
    }

    /// <returns>The number of rows by result, from the columns of the statement.</returns>
    internal static MergeCounts CountsOf(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(3), row.GetInt64(2), null);

    static string TextOf(List<DetailsMerge> details)
    {
        int own = OwnParameters;
        string calls = "",
            changed = "w.updated";
        int first = OwnParameters + 1;
        for (int i = 0; i < details.Count; i++)
        {
            string placeholders = details[i].Placeholders(first);
            string ids = $"${first}";
            // this argument depends on the merge's result, so the planner cannot call the function before the merge
            string idsOnceMerged = $"case when w.staged is not null then {ids} end{placeholders[ids.Length..]}";
            calls += $"lateral {details[i].Function}({idsOnceMerged}) as e{i} (updated), ";
            changed += $" || e{i}.updated";
            first += details[i].Parameters.Length;
        }
        // One event can be updated by several of the calls.
        string count =
            details.Count == 0 ? "cardinality(w.updated)" : $"(select count(distinct x) from unnest({changed}) x)";
        return $"""
            select w.staged + ${own - 1}, w.inserted, w.suppressed + ${own - 1}, u.updated
              from callintel.write_events($1, $2, {EventColumns.Placeholders(3, EventColumns.All)}) w, {calls}
                   lateral (select least({count}, w.staged - w.inserted - w.suppressed) as updated) u,
                   lateral callintel.record_batch(${own - 8}, ${own
                - 7}, w.staged + ${own - 1}, w.inserted, u.updated, w.suppressed + ${own - 1}, w.latest,
                   ${own - 6}, ${own - 5}, ${own - 4}, ${own - 3}, null, null, null, ${own - 2}, ${own}) r
            """;
    }
}
