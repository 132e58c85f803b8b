using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// Sends the context and the statements after it in one round trip and one implicit transaction, and reads their
/// results.
/// </summary>
/// <remarks>
/// Holds a connection of the pool until it is disposed, and gives it back in a state that the next org can use: the
/// driver does not undo the preparation of later statements of a batch when an earlier one fails between two of its
/// rows (error, cancellation, time-out). It then takes them for prepared, and every further use of the connection fails
/// with SQLSTATE 26000.
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

    /// <summary>Sends the batch; stands at the first result after the context.</summary>
    /// <param name="source">Where.</param>
    /// <param name="begin">The statement that opens the context. If it fails, none of the others runs.</param>
    /// <param name="commands">The statements.</param>
    /// <param name="isHosts">
    /// Whether a host wrote them, so that they may leave settings, locks or the like on the connection.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
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

    /// <summary>Moves to the next row of the present result.</summary>
    internal Task<bool> ReadAsync(CancellationToken cancellationToken) =>
        WatchedAsync(reader => reader.ReadAsync(cancellationToken));

    /// <summary>
    /// Moves to the next result. An error after the last row (a deferred check, say) is thrown here, so nobody leaves
    /// it out.
    /// </summary>
    internal async Task NextAsync(CancellationToken cancellationToken) =>
        _ended = !await WatchedAsync(reader => reader.NextResultAsync(cancellationToken)).ConfigureAwait(false);

    /// <summary>The rest of the present result; moves on to the next.</summary>
    internal async Task<List<T>> RowsAsync<T>(Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        while (await ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(map(_reader!));
        await NextAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    /// <summary>Gives the connection back.</summary>
    /// <exception cref="CallIntelException">
    /// The rest of the batch failed, which nobody read: nothing that it wrote is stored.
    /// </exception>
    public async ValueTask DisposeAsync()
    {
        if (_connection is null)
            return;
        // disposing a reader reads the rest, and its errors are not translated there
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
            // fails with the context only: the statements after it have not run then
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
