using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// Sends the statement that opens the session context together with further statements in one round trip and one
/// implicit transaction, and reads their results.
/// </summary>
/// <remarks>
/// Holds a pooled connection until it is disposed and returns it in a state that the next org can use. This needs care:
/// when a statement fails between two of its rows (error, cancellation, time-out), the driver still treats the later
/// statements of the batch as prepared although the server has not prepared them, and every further use of the
/// connection fails with SQLSTATE 26000.
/// </remarks>
sealed class BatchResults : IAsyncDisposable
{
    readonly DatabaseTransport _source;
    readonly bool _isHosts;
    NpgsqlConnection? _connection;
    NpgsqlBatch? _batch;
    NpgsqlDataReader? _reader;
    bool _failed,
        _ended;

    BatchResults(DatabaseTransport source, bool isHosts) => (_source, _isHosts) = (source, isHosts);

    /// <summary>The current row.</summary>
    internal NpgsqlDataReader Row => _reader!;

    /// <summary>Sends the batch and moves to the first result after the context.</summary>
    /// <param name="source">The transport that opens the connection.</param>
    /// <param name="begin">The statement that opens the context. If it fails, no other statement runs.</param>
    /// <param name="commands">The statements to run.</param>
    /// <param name="isHosts">
    /// Whether the application wrote the statements. Such statements may leave settings, locks or other state on the
    /// connection.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal static async Task<BatchResults> OpenAsync(
        DatabaseTransport source,
        NpgsqlBatchCommand begin,
        IReadOnlyList<NpgsqlBatchCommand> commands,
        bool isHosts,
        CancellationToken cancellationToken
    )
    {
        BatchResults results = new(source, isHosts);
        try
        {
            await results.SendAsync(begin, commands, cancellationToken).ConfigureAwait(false);
            return results;
        }
        catch
        {
            await results.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Moves to the next row of the current result.</summary>
    internal Task<bool> ReadAsync(CancellationToken cancellationToken) =>
        WatchedAsync(reader => reader.ReadAsync(cancellationToken));

    /// <summary>
    /// Moves to the next result. Errors that occur after the last row, for example from a deferred constraint, are
    /// thrown here, so this must be called after the last row.
    /// </summary>
    internal async Task NextAsync(CancellationToken cancellationToken) =>
        _ended = !await WatchedAsync(reader => reader.NextResultAsync(cancellationToken)).ConfigureAwait(false);

    /// <summary>Returns the remaining rows of the current result and moves to the next result.</summary>
    internal Task<List<T>> RowsAsync<T>(Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken) =>
        CollectAsync<T>((row, rows) => rows.Add(map(row)), cancellationToken);

    /// <summary>Reads the next result. Each of its rows adds what it contains.</summary>
    internal async Task<List<T>> CollectAsync<T>(
        Action<NpgsqlDataReader, List<T>> add,
        CancellationToken cancellationToken
    )
    {
        List<T> rows = [];
        while (await ReadAsync(cancellationToken).ConfigureAwait(false))
            add(_reader!, rows);
        await NextAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    /// <summary>Returns the connection to the pool.</summary>
    /// <exception cref="CallIntelException">
    /// An unread part of the batch failed. Nothing that the batch wrote is stored.
    /// </exception>
    public async ValueTask DisposeAsync()
    {
        if (_connection is null)
            return;
        // Disposing a reader reads the remaining results, but does not translate their errors.
        CallIntelException? error =
            _reader is not null && !_failed && !_ended ? await DrainAsync().ConfigureAwait(false) : null;
        if (_reader is not null)
            await _reader.DisposeAsync().ConfigureAwait(false);
        if (_failed && (_isHosts || _batch!.BatchCommands.Count > 2))
            await ConnectionReset.AfterFailureAsync(_connection, _source).ConfigureAwait(false);
        if (_batch is not null)
            await _batch.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _connection = null;
        if (error is not null)
            throw error;
    }

    async Task SendAsync(
        NpgsqlBatchCommand begin,
        IReadOnlyList<NpgsqlBatchCommand> commands,
        CancellationToken cancellationToken
    )
    {
        try
        {
            _connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            _batch = new NpgsqlBatch(_connection);
            _batch.BatchCommands.Add(begin);
            foreach (NpgsqlBatchCommand command in commands)
                _batch.BatchCommands.Add(command);
            if (_isHosts)
                ConnectionReset.AddTo(_batch, _source.Mode);
            // This call fails only if the context cannot be opened; the statements after it have not run then.
            _reader = await _batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw _source.Translate(e);
        }
        await NextAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task<CallIntelException?> DrainAsync()
    {
        try
        {
            while (await _reader!.NextResultAsync().ConfigureAwait(false)) { }
            return null;
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            _failed = true;
            return _source.Translate(e);
        }
    }

    async Task<T> WatchedAsync<T>(Func<NpgsqlDataReader, Task<T>> call)
    {
        try
        {
            return await call(_reader!).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _failed = true;
            if (DatabaseErrors.CanTranslate(e))
                throw _source.Translate(e);
            throw;
        }
    }
}
