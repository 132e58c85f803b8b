using System.Runtime.CompilerServices;
using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// Runs statements as one member of one org. Each call is one round trip in which the database verifies the member.
/// </summary>
/// <remarks>Thread-safe. Holds no connection between calls.</remarks>
/// <param name="database">The transport of the data source.</param>
/// <param name="identity">The org and the member. A job has no member.</param>
/// <param name="token">Creates the tokens of a job. Null: the tokens of the member.</param>
sealed class SessionTransport(DatabaseTransport database, OrgIdentity identity, Func<byte[]>? token = null)
{
    volatile bool _disposed;

    internal OrgIdentity Identity => identity;

    internal DatabaseTransport Database => database;

    internal TimeProvider Time => database.Time;

    /// <summary>Ends the session. Later calls throw <see cref="ObjectDisposedException"/>.</summary>
    internal void End() => _disposed = true;

    internal void ThrowIfEnded() => ObjectDisposedException.ThrowIf(_disposed, this);

    internal NpgsqlBatchCommand BeginCommand(QueryPlan plan = QueryPlan.Generic)
    {
        ThrowIfEnded();
        return database.BeginCommand(NewToken(), plan);
    }

    /// <summary>Creates a token for a function that opens the session context itself.</summary>
    internal NpgsqlParameter TokenParameter()
    {
        ThrowIfEnded();
        return NewToken();
    }

    NpgsqlParameter NewToken() =>
        token is null ? database.TokenParameter(identity) : new NpgsqlParameter<byte[]> { TypedValue = token() };

    /// <summary>
    /// Runs one command in one round trip and one implicit transaction and streams its rows. If the context cannot be
    /// opened, the command does not run.
    /// </summary>
    /// <param name="command">
    /// Creates the command. Called for each enumeration, because a command belongs to one batch.
    /// </param>
    /// <param name="map">Creates a result from the current row.</param>
    /// <param name="plan">How PostgreSQL plans the statement.</param>
    /// <param name="isHosts">
    /// Whether the application wrote the command, so that the connection is reset afterwards.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal async IAsyncEnumerable<T> ReadAsync<T>(
        Func<NpgsqlBatchCommand> command,
        Func<NpgsqlDataReader, T> map,
        QueryPlan plan,
        bool isHosts,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using BatchResults results = await BatchResults
            .OpenAsync(database, BeginCommand(plan), [command()], isHosts, cancellationToken)
            .ConfigureAwait(false);
        while (await results.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return map(results.Row);
        await results.NextAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Opens the session context and runs commands of the SDK in one round trip and one implicit transaction.
    /// </summary>
    internal Task<BatchResults> OpenAsync(
        IReadOnlyList<NpgsqlBatchCommand> commands,
        CancellationToken cancellationToken
    ) => BatchResults.OpenAsync(database, BeginCommand(), commands, isHosts: false, cancellationToken);

    /// <summary>Returns all rows of one command.</summary>
    internal async Task<List<T>> ListAsync<T>(
        NpgsqlBatchCommand command,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken
    )
    {
        await using BatchResults results = await OpenAsync([command], cancellationToken).ConfigureAwait(false);
        return await results.RowsAsync(map, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs two commands in one round trip and one implicit transaction and returns all their rows.</summary>
    internal async Task<(List<T1> First, List<T2> Second)> ListAsync<T1, T2>(
        NpgsqlBatchCommand first,
        Func<NpgsqlDataReader, T1> mapFirst,
        NpgsqlBatchCommand second,
        Func<NpgsqlDataReader, T2> mapSecond,
        CancellationToken cancellationToken
    )
    {
        await using BatchResults results = await OpenAsync([first, second], cancellationToken).ConfigureAwait(false);
        List<T1> firstRows = await results.RowsAsync(mapFirst, cancellationToken).ConfigureAwait(false);
        List<T2> secondRows = await results.RowsAsync(mapSecond, cancellationToken).ConfigureAwait(false);
        return (firstRows, secondRows);
    }

    /// <summary>Runs one command and ignores its rows.</summary>
    internal async Task ExecuteAsync(NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using BatchResults results = await OpenAsync([command], cancellationToken).ConfigureAwait(false);
        await results.NextAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the first column of the single row of a command.</summary>
    internal async Task<T> ScalarAsync<T>(NpgsqlBatchCommand command, CancellationToken cancellationToken) =>
        (await ListAsync(command, row => row.GetFieldValue<T>(0), cancellationToken).ConfigureAwait(false))[0];

    /// <summary>
    /// Checks a permission before a call that would otherwise use keys in vain. The function that changes the data
    /// checks it again.
    /// </summary>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the session does not have the permission.</exception>
    internal async Task RequireAsync(Permission permission, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new("select callintel.current_permissions()");
        Permission held = (Permission)await ScalarAsync<long>(command, cancellationToken).ConfigureAwait(false);
        if ((held & permission) != permission)
            throw new CallIntelException(
                ErrorCodes.NotAllowed,
                $"The member's role does not include the permission {permission}.",
                "Ask an admin of the org to change the member's role."
            );
    }

    /// <summary>
    /// Calls a function that takes <see cref="TokenParameter"/>. This needs one statement instead of two, because the
    /// function opens the context itself.
    /// </summary>
    internal Task<List<T>> CallAsync<T>(
        NpgsqlBatchCommand call,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken
    ) => database.CallAsync(call, map, cancellationToken);

    /// <summary>
    /// Calls a function like <see cref="CallAsync{T}"/> and returns the first column of the first row.
    /// </summary>
    internal Task<object> CallAsync(NpgsqlBatchCommand call, CancellationToken cancellationToken) =>
        database.CallAsync(call, cancellationToken);
}
