using System.Data.Common;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>
/// Sends each command of Entity Framework Core behind the statement that opens the session context, in one batch and
/// one round trip.
/// </summary>
/// <remarks>
/// Inside a transaction of the application, each command opens the context again. That costs no round trip, and a long
/// transaction does not outlive its context. A batch command contains exactly one statement, so SQL injected into a raw
/// query cannot add a second one, and its first word is checked as in <see cref="OrgSession.QueryAsync{T}"/>.
/// </remarks>
sealed class SessionCommandInterceptor(SessionTransport session) : DbCommandInterceptor
{
    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    ) =>
        result.HasResult
            ? result
            : InterceptionResult<DbDataReader>.SuppressWithResult(
                await ReadAsync(command, cancellationToken).ConfigureAwait(false)
            );

    public override async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<object> result,
        CancellationToken cancellationToken = default
    )
    {
        if (result.HasResult)
            return result;
        DbDataReader reader = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            return InterceptionResult<object>.SuppressWithResult(
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? reader.GetValue(0) : DBNull.Value
            );
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    )
    {
        if (result.HasResult)
            return result;
        DbDataReader reader = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false)) { }
            return InterceptionResult<int>.SuppressWithResult(reader.RecordsAffected);
        }
    }

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result
    ) => throw Synchronous();

    public override InterceptionResult<object> ScalarExecuting(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<object> result
    ) => throw Synchronous();

    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result
    ) => throw Synchronous();

    /// <summary>Runs a command in the context of the session and returns a reader of the command's own rows.</summary>
    async Task<DbDataReader> ReadAsync(DbCommand command, CancellationToken cancellationToken)
    {
        HostStatement.ThrowIfRefused(command.CommandText);
        NpgsqlBatch batch = new((NpgsqlConnection)command.Connection!, (NpgsqlTransaction?)command.Transaction)
        {
            Timeout = command.CommandTimeout,
        };
        batch.BatchCommands.Add(session.BeginCommand());
        NpgsqlBatchCommand statement = new(command.CommandText);
        foreach (NpgsqlParameter parameter in command.Parameters)
            statement.Parameters.Add(parameter.Clone());
        batch.BatchCommands.Add(statement);
        NpgsqlDataReader? reader = null;
        try
        {
            reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            return reader;
        }
        catch (Exception e)
        {
            if (reader is not null)
                await reader.DisposeAsync().ConfigureAwait(false);
            if (DatabaseErrors.CanTranslate(e))
                throw session.Database.Translate(e);
            throw;
        }
    }

    static NotSupportedException Synchronous() =>
        new(
            "CallIntel runs statements asynchronously only. Use the asynchronous method, for example ToListAsync "
                + "instead of ToList, or SaveChangesAsync instead of SaveChanges."
        );
}
