using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>Where the database is and how tokens for it are signed.</summary>
/// <param name="ConnectionString">The host's connection string.</param>
/// <param name="Keys">Signs session tokens.</param>
/// <param name="TokenLifetime">How long a token is valid.</param>
/// <param name="Mode">What stands between the application and the server.</param>
sealed record TransportSettings(
    string ConnectionString,
    SigningKeyRing Keys,
    TimeSpan TokenLifetime,
    ConnectionMode Mode
);

/// <summary>
/// The connection pool of one data source, the tokens that open session contexts, and the translation of errors.
/// </summary>
/// <remarks>
/// Thread-safe. The layer below the public entrance: features reach the database through it and know nothing of the
/// features above them.
/// </remarks>
sealed class DatabaseTransport : IAsyncDisposable
{
    readonly NpgsqlDataSource _npgsql;
    readonly TransportSettings _settings;
    readonly SemaphoreSlim _checking = new(1, 1);
    volatile string? _database;

    /// <param name="settings">Where the database is.</param>
    /// <param name="time">The clock by which tokens expire.</param>
    /// <param name="logs">Makes the loggers of the driver and the SDK.</param>
    internal DatabaseTransport(TransportSettings settings, TimeProvider time, ILoggerFactory logs)
    {
        _settings = settings;
        Time = time;
        NpgsqlSlimDataSourceBuilder builder = new(ConnectionString(settings));
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        builder.UseLoggerFactory(logs);
        Log = logs.CreateLogger(TransportLog.Category);
        _npgsql = builder.Build();
    }

    internal TimeProvider Time { get; }

    internal ILogger Log { get; }

    internal ConnectionMode Mode => _settings.Mode;

    /// <summary>
    /// Called when the database reports that it has lost a key, so that cached copies of it are dropped before the next
    /// call.
    /// </summary>
    internal Action? KeyLost { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _npgsql.DisposeAsync().ConfigureAwait(false);
        _checking.Dispose();
    }

    /// <summary>Checks server, role and schema version once, before the first statement.</summary>
    /// <exception cref="CallIntelException">The codes of <see cref="StartupCheck"/>.</exception>
    internal async ValueTask EnsureCheckedAsync(CancellationToken cancellationToken)
    {
        if (_database is not null)
            return;
        await _checking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_database is not null)
                return;
            (string database, SchemaCompatibility schema) = await ExamineAsync(cancellationToken).ConfigureAwait(false);
            Log.DatabaseReady(schema.Version, Mode);
            _database = database;
        }
        catch (CallIntelException e)
        {
            Log.DatabaseRefused(e.Code);
            throw;
        }
        finally
        {
            _checking.Release();
        }
    }

    /// <summary>Checks server, role and schema version each time it is called.</summary>
    internal async Task<(string Database, SchemaCompatibility Schema)> ExamineAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await StartupCheck.RunAsync(_npgsql, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw Translate(e);
        }
    }

    /// <summary>
    /// The statement that opens the context, to stand first in a batch: one round trip and one implicit transaction
    /// with what follows.
    /// </summary>
    internal NpgsqlBatchCommand BeginCommand(
        in OrgIdentity identity,
        long capabilities = (long)Permission.All,
        QueryPlan plan = QueryPlan.Generic
    )
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(RoleSettings.Begin(Mode, plan)).With(
            TokenParameter(identity, capabilities)
        );
        return command;
    }

    /// <summary>A new token, for a function that opens the context itself.</summary>
    internal NpgsqlParameter TokenParameter(in OrgIdentity identity, long capabilities = (long)Permission.All) =>
        new NpgsqlParameter<byte[]>
        {
            TypedValue = SessionToken.Mint(
                _settings.Keys.Current,
                _database!,
                identity,
                capabilities,
                Time.GetUtcNow() + _settings.TokenLifetime
            ),
        };

    /// <summary>Closes all idle connections now, and those in use when they are returned.</summary>
    internal void ClearPool() => _npgsql.Clear();

    internal ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken) =>
        _npgsql.OpenConnectionAsync(cancellationToken);

    /// <summary>Translates an error of the driver, and drops cached keys if the database has lost one.</summary>
    internal CallIntelException Translate(Exception exception)
    {
        CallIntelException translated = DatabaseErrors.Translate(exception);
        if (translated.Code == ErrorCodes.KeyLost)
            KeyLost?.Invoke();
        return translated;
    }

    /// <summary>Calls a function that verifies a token itself. One round trip and one transaction.</summary>
    /// <returns>The first column of its first row.</returns>
    internal async Task<object> CallAsync(NpgsqlBatchCommand call, CancellationToken cancellationToken) =>
        (await CallAsync(call, row => row.GetValue(0), cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Calls a function that verifies a token itself. One round trip and one transaction.</summary>
    /// <returns>Its rows.</returns>
    internal async Task<List<T>> CallAsync<T>(
        NpgsqlBatchCommand call,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using NpgsqlBatch batch = _npgsql.CreateBatch();
            if (RoleSettings.Pin(Mode) is { } pin)
                batch.BatchCommands.Add(new NpgsqlBatchCommand(pin));
            batch.BatchCommands.Add(call);
            await using NpgsqlDataReader reader = await batch
                .ExecuteReaderAsync(cancellationToken)
                .ConfigureAwait(false);
            if (batch.BatchCommands.Count > 1)
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            List<T> rows = [];
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                rows.Add(map(reader));
            // an error after the last row (a deferred check, say) is thrown here
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            return rows;
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw Translate(e);
        }
    }

    static string ConnectionString(TransportSettings settings)
    {
        NpgsqlConnectionStringBuilder builder = new(settings.ConnectionString)
        {
            Enlist = false,
            IncludeErrorDetail = false, // details quote row values
            LogParameters = false,
        };
        builder.NoResetOnClose = true; // only a host's own statements leave something: see ConnectionReset
        builder.MaxAutoPrepare = settings.Mode is ConnectionMode.TransactionPoolerWithoutPreparedStatements ? 0 : 64;
        builder.AutoPrepareMinUsages = 2;
        if (settings.Mode is ConnectionMode.Direct)
            builder.Options = RoleSettings.StartupOptions(builder.Options);
        return builder.ConnectionString;
    }
}
