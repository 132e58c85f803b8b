using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion;

/// <summary>A run as the database knows it.</summary>
sealed record IngestRun(Guid SourceId, Guid StreamId, Guid RunId, string? Cursor, string FirstName)
{
    /// <param name="session">Who runs it.</param>
    /// <param name="source">Of what.</param>
    /// <param name="heartbeatEvery">How often it says that it lives; null for one that stands: it takes deliveries one by one and is never closed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal static async Task<IngestRun> StartAsync(
        OrgSession session,
        IngestSource source,
        TimeSpan? heartbeatEvery,
        CancellationToken cancellationToken
    )
    {
        NpgsqlBatchCommand command = new(
            "select r.source_id, r.stream_id, r.run_id, r.cursor, callintel.first_source_name(r.source_id) from callintel.start_run($1, $2, $3, $4"
                + (heartbeatEvery is null ? ") r" : ", $5) r")
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Kind });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Stream });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = heartbeatEvery is null });
        if (heartbeatEvery is { } every)
            command.Parameters.Add(new NpgsqlParameter { Value = every, NpgsqlDbType = NpgsqlDbType.Interval });
        return (
            await session
                .ListAsync(
                    command,
                    r => new IngestRun(
                        r.GetGuid(0),
                        r.GetGuid(1),
                        r.GetGuid(2),
                        r.IsDBNull(3) ? null : r.GetString(3),
                        r.GetString(4)
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];
    }

    internal Task BeatAsync(OrgSession session, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new("select callintel.beat_run($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = RunId });
        return session.ExecuteAsync(command, cancellationToken);
    }

    /// <summary>The source as ids of its events know it: a source that was renamed keeps the name that it had first.</summary>
    internal IngestSource Identified(IngestSource source) => source with { Name = FirstName };

    /// <summary>Closes the run as refused to its caller, which is no failure of the source.</summary>
    internal Task RefuseAsync(OrgSession session, string refusalCode, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new("select callintel.refuse_run($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = RunId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = refusalCode });
        return session.ExecuteAsync(command, cancellationToken);
    }

    internal Task FinishAsync(OrgSession session, string? failureCode, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new("select callintel.finish_run($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = RunId });
        command.Parameters.Add(
            new NpgsqlParameter { Value = (object?)failureCode ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }
        );
        return session.ExecuteAsync(command, cancellationToken);
    }
}
