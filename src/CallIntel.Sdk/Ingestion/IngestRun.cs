using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion;

/// <summary>A run as the database knows it.</summary>
sealed record IngestRun(Guid SourceId, Guid StreamId, Guid RunId, string? Cursor)
{
    /// <param name="session">Who runs it.</param>
    /// <param name="source">Of what.</param>
    /// <param name="heartbeatEvery">How often it says that it lives; null for one that stands: it takes deliveries one by one and is never closed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal static async Task<IngestRun> StartAsync(OrgSession session, IngestSource source, TimeSpan? heartbeatEvery, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new("select source_id, stream_id, run_id, cursor from callintel.start_run($1, $2, $3, $4" + (heartbeatEvery is null ? ")" : ", $5)"));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Kind });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Stream });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = heartbeatEvery is null });
        if (heartbeatEvery is { } every)
            command.Parameters.Add(new NpgsqlParameter { Value = every, NpgsqlDbType = NpgsqlDbType.Interval });
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
