using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion;

/// <summary>A batch as one statement: merge, details if there are any, and counters, each after the one before because it takes its result.</summary>
static class WriteStatement
{
    /// <summary>Those of write_events and record_batch; what details take comes after them.</summary>
    const int OwnParameters = 26;

    static readonly string Plain = TextOf([]);

    internal static NpgsqlBatchCommand Of(IngestBatch batch, IngestRun run, IngestSource source)
    {
        List<ExtrasMerge> extras = ExtrasMerge.Of(batch.Events);
        NpgsqlBatchCommand command = new(extras.Count == 0 ? Plain : TextOf(extras));
        StagedRows rows = batch.Events;
        List<Reject> rejects = batch.Rejects;
        NpgsqlParameter[] parameters =
        [
            new NpgsqlParameter<Guid> { TypedValue = run.SourceId },
            new NpgsqlParameter<bool> { TypedValue = source.TimesMayChange },
            ArrayParameter.Of(NpgsqlDbType.Uuid, rows, row => row.Id),
            ArrayParameter.Of(NpgsqlDbType.TimestampTz, rows, row => row.OccurredAt),
            ArrayParameter.Of(NpgsqlDbType.Uuid, rows, row => row.Contact),
            ArrayParameter.Of(NpgsqlDbType.Uuid, rows, row => row.Member),
            ArrayParameter.Of(NpgsqlDbType.Integer, rows, row => row.DurationSeconds),
            ArrayParameter.Of(NpgsqlDbType.Smallint, rows, row => row.Channel),
            ArrayParameter.Of(NpgsqlDbType.Smallint, rows, row => row.Direction),
            ArrayParameter.Of(NpgsqlDbType.Smallint, rows, row => row.Outcome),
            ArrayParameter.Of(NpgsqlDbType.Smallint, rows, row => row.UtcOffsetMinutes),
            ArrayParameter.Of(NpgsqlDbType.Text, rows, row => row.ExternalId),
            ArrayParameter.Of(NpgsqlDbType.Bytea, rows, row => BytesOf(row.StoredBody)),
            ArrayParameter.Of(NpgsqlDbType.Bytea, rows, row => BytesOf(row.StoredTranscript)),
            ArrayParameter.Of(NpgsqlDbType.Bytea, rows, row => BytesOf(row.StoredSummary)),
            ArrayParameter.Of(NpgsqlDbType.TimestampTz, rows, row => row.ModifiedAt),
            ArrayParameter.Of(NpgsqlDbType.Smallint, rows, row => row.Change),
            ArrayParameter.Of(NpgsqlDbType.Bigint, rows, row => row.BodyHash),
            ArrayParameter.Of(NpgsqlDbType.Bigint, rows, row => row.TranscriptHash),
            ArrayParameter.Of(NpgsqlDbType.Bigint, rows, row => row.SummaryHash),
            new NpgsqlParameter<Guid> { TypedValue = run.RunId },
            new NpgsqlParameter<Guid> { TypedValue = run.StreamId },
            ArrayParameter.Of(NpgsqlDbType.Bigint, rejects, reject => reject.Ordinal),
            ArrayParameter.Of(NpgsqlDbType.Text, rejects, reject => reject.Reason.ToCode()),
            ArrayParameter.Of(NpgsqlDbType.Bytea, rejects, reject => reject.Raw),
            ArrayParameter.Of(NpgsqlDbType.Text, rejects, reject => reject.Place),
        ];
        command.Parameters.AddRange(parameters);
        foreach (ExtrasMerge merge in extras)
            command.Parameters.AddRange(merge.Parameters);
        return command;
    }

    /// <returns>What became of the rows: the columns of the statement.</returns>
    internal static MergeCounts CountsOf(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(3), row.GetInt64(2), null);

    static byte[]? BytesOf(ReadOnlyMemory<byte> envelope) => envelope.IsEmpty ? null : envelope.ToArray();

    static string TextOf(List<ExtrasMerge> extras)
    {
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
              from callintel.write_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) w, {calls}
                   lateral (select least({count}, w.staged - w.inserted - w.suppressed) as updated) u,
                   lateral callintel.record_batch($21, $22, w.staged, w.inserted, u.updated, w.suppressed, w.latest, $23, $24, $25, $26, null, null, null) r
            """;
    }
}
