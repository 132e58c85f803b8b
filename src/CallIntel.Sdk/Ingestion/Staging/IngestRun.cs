using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>A run that is registered in the database.</summary>
sealed record IngestRun(Guid SourceId, Guid StreamId, Guid RunId, string? Cursor, string FirstName)
{
    /// <param name="session">The session that runs the ingestion.</param>
    /// <param name="source">The source of the records.</param>
    /// <param name="heartbeatEvery">
    /// The heartbeat interval; null for a rolling run, which stores records of webhooks and is never closed.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal static async Task<IngestRun> StartAsync(
        SessionTransport session,
        IngestSource source,
        TimeSpan? heartbeatEvery,
        CancellationToken cancellationToken
    )
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(
            "select r.source_id, r.stream_id, r.run_id, r.cursor, callintel.first_source_name(r.source_id)"
                + " from callintel.start_run($1, $2, $3, $4"
                + (heartbeatEvery is null ? ") r" : ", $5) r")
        ).With(source.Name, source.Kind, source.Stream, heartbeatEvery is null);
        if (heartbeatEvery is { } every)
            command.With(every);
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

    internal Task SendHeartbeatAsync(SessionTransport session, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.record_heartbeat($1)").With(RunId);
        return session.ExecuteAsync(command, cancellationToken);
    }

    /// <summary>
    /// Returns the source with the name that is part of its event ids: a renamed source keeps its first name there.
    /// </summary>
    internal IngestSource Identified(IngestSource source) => source with { Name = FirstName };

    /// <summary>Closes the run as refused to the caller. This does not count as a failure of the source.</summary>
    internal Task RefuseAsync(SessionTransport session, string refusalCode, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.refuse_run($1, $2)").With(
            RunId,
            refusalCode
        );
        return session.ExecuteAsync(command, cancellationToken);
    }

    internal Task FinishAsync(SessionTransport session, string? failureCode, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.finish_run($1, $2)").With(
            RunId,
            failureCode
        );
        return session.ExecuteAsync(command, cancellationToken);
    }
}
