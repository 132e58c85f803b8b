using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion;

/// <summary>A run as the database knows it.</summary>
sealed record IngestRun(Guid SourceId, Guid StreamId, Guid RunId, string? Cursor)
{
    internal static async Task<IngestRun> StartAsync(OrgSession session, IngestSource source, TimeSpan heartbeatEvery, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new("select source_id, stream_id, run_id, cursor from callintel.start_run($1, $2, $3, $4)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Kind });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Stream });
        command.Parameters.Add(new NpgsqlParameter { Value = heartbeatEvery, NpgsqlDbType = NpgsqlDbType.Interval });
        return (await session.ListAsync(
            command, r => new IngestRun(r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.IsDBNull(3) ? null : r.GetString(3)), cancellationToken).ConfigureAwait(false))[0];
    }

    internal Task BeatAsync(OrgSession session, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new("select callintel.beat_run($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = RunId });
        return session.ExecuteAsync(command, cancellationToken);
    }

    internal Task FinishAsync(OrgSession session, string? failureCode, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new("select callintel.finish_run($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = RunId });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)failureCode ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return session.ExecuteAsync(command, cancellationToken);
    }
}
