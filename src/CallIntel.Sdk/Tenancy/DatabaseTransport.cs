using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>The settings of a <see cref="DatabaseTransport"/>.</summary>
/// <param name="ConnectionString">The connection string of the application.</param>
/// <param name="Keys">The keys that sign session tokens.</param>
/// <param name="TokenLifetime">How long a token is valid.</param>
/// <param name="Mode">Whether the connection is direct or goes through a pooler.</param>
sealed record TransportSettings(
    string ConnectionString,
    SigningKeyRing Keys,
    TimeSpan TokenLifetime,
    ConnectionMode Mode
);

/// <summary>
/// Holds the connection pool of one data source, creates the tokens that open session contexts, and translates errors.
/// </summary>
/// <remarks>
/// Thread-safe. All features reach the database through this layer. It does not depend on any of them.
/// </remarks>
sealed class DatabaseTransport : IAsyncDisposable
{
    readonly NpgsqlDataSource _npgsql;
    readonly TransportSettings _settings;
    readonly SemaphoreSlim _checking = new(1, 1);
    readonly Lock _creating = new();
    NpgsqlDataSource? _libraries;
    volatile string? _database;

    /// <param name="settings">The settings.</param>
    /// <param name="time">The clock that determines when tokens expire.</param>
    /// <param name="logs">Creates the loggers of the driver and the SDK.</param>
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

    /// <summary>The key that signs new tokens.</summary>
    internal SigningKey SigningKey => _settings.Keys.Current;

    /// <summary>The keys that this process accepts, with that of <see cref="SigningKey"/>.</summary>
    internal IReadOnlyList<SigningKey> SigningKeys => _settings.Keys.Keys;

    /// <summary>Tells the heights of the ledgers of erasures outside of the database, which tokens carry.</summary>
    internal Func<OrgId, long>? ErasureHeights { get; set; }

    /// <summary>Reads the height of an org before a job of it runs.</summary>
    internal Func<OrgId, CancellationToken, ValueTask>? RefreshErasureHeight { get; set; }

    /// <summary>
    /// Called when the database reports that a key or a contact is lost, so that cached copies are dropped before the
    /// next call.
    /// </summary>
    internal Action? KeyLost { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _npgsql.DisposeAsync().ConfigureAwait(false);
        if (_libraries is not null)
            await _libraries.DisposeAsync().ConfigureAwait(false);
        _checking.Dispose();
    }

    /// <summary>Checks the server, the database role and the schema version once, before the first statement.</summary>
    /// <exception cref="CallIntelException">The error codes of <see cref="StartupCheck"/>.</exception>
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
            Log.DatabaseRefused(DatabaseErrors.Describe(e));
            throw;
        }
        finally
        {
            _checking.Release();
        }
    }

    /// <summary>Checks the server, the database role and the schema version on every call.</summary>
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
    /// Creates the statement that opens the session context. It must be the first statement of a batch; the other
    /// statements of the batch run in the same round trip and the same implicit transaction.
    /// </summary>
    internal NpgsqlBatchCommand BeginCommand(
        in OrgIdentity identity,
        long capabilities = (long)Permission.All,
        QueryPlan plan = QueryPlan.Generic
    ) => BeginCommand(TokenParameter(identity, capabilities), plan);

    /// <summary>Creates the statement that opens the context of a token.</summary>
    internal NpgsqlBatchCommand BeginCommand(NpgsqlParameter token, QueryPlan plan = QueryPlan.Generic) =>
        new NpgsqlBatchCommand(RoleSettings.Begin(Mode, plan)).With(token);

    /// <summary>Creates a new token for a function that opens the session context itself.</summary>
    internal NpgsqlParameter TokenParameter(in OrgIdentity identity, long capabilities = (long)Permission.All) =>
        new NpgsqlParameter<byte[]>
        {
            TypedValue = SessionToken.Mint(
                _settings.Keys.Current,
                _database!,
                identity,
                capabilities,
                Time.GetUtcNow() + _settings.TokenLifetime,
                ErasureHeightOf(identity.Org)
            ),
        };

    /// <summary>
    /// Creates a token that a restored database accepts although it lacks erasures: for repeating these only.
    /// </summary>
    internal byte[] TokenForReplay(in OrgIdentity identity) =>
        SessionToken.Mint(
            _settings.Keys.Current,
            _database!,
            identity,
            (long)Permission.All,
            Time.GetUtcNow() + _settings.TokenLifetime
        );

    /// <summary>Returns the height of the ledger of erasures of an org that this process knows of.</summary>
    internal long ErasureHeightOf(OrgId org) => ErasureHeights?.Invoke(org) ?? 0;

    /// <summary>Creates a token with other claims, for functions that verify them under another domain text.</summary>
    internal byte[] Sign(string domain, ReadOnlySpan<byte> claims) =>
        SessionToken.Mint(_settings.Keys.Current, domain, _database!, claims);

    /// <summary>When a token that is created now expires.</summary>
    internal DateTimeOffset TokenExpiry => Time.GetUtcNow() + _settings.TokenLifetime;

    /// <summary>Closes all idle connections now, and connections in use when they are returned.</summary>
    internal void ClearPool() => _npgsql.Clear();

    /// <summary>
    /// The connection pool for a library that opens its own connections, such as Entity Framework Core. It resets a
    /// connection that is returned, because the statements of an application can leave state on it. Behind a pooler it
    /// does not, as the pooler would take the reset for a change of settings.
    /// </summary>
    /// <param name="create">Creates the pool from a connection string, at most once.</param>
    internal NpgsqlDataSource LibraryPool(Func<string, NpgsqlDataSource> create)
    {
        lock (_creating)
            return _libraries ??= create(ConnectionString(_settings, resets: Mode is ConnectionMode.Direct));
    }

    internal ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken) =>
        _npgsql.OpenConnectionAsync(cancellationToken);

    /// <summary>
    /// Translates an error of the driver. Drops what is cached if the database reports that a key or a contact is lost.
    /// </summary>
    internal CallIntelException Translate(Exception exception)
    {
        CallIntelException translated = DatabaseErrors.Translate(exception);
        if (translated.Code == ErrorCodes.KeyLost)
            KeyLost?.Invoke();
        return translated;
    }

    /// <summary>Calls a function that verifies a token itself, in one round trip and one transaction.</summary>
    /// <returns>The first column of the first row.</returns>
    internal async Task<object> CallAsync(NpgsqlBatchCommand call, CancellationToken cancellationToken) =>
        (await CallAsync(call, row => row.GetValue(0), cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Calls a function that verifies a token itself, in one round trip and one transaction.</summary>
    /// <returns>All rows.</returns>
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
            // Errors that occur after the last row, for example from a deferred constraint, are thrown here.
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            return rows;
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw Translate(e);
        }
    }

    static string ConnectionString(TransportSettings settings, bool resets = false)
    {
        NpgsqlConnectionStringBuilder builder = new(settings.ConnectionString)
        {
            Enlist = false,
            IncludeErrorDetail = false, // error details can contain row values
            LogParameters = false,
        };
        builder.NoResetOnClose = !resets; // only an application's own statements leave state: see ConnectionReset
        builder.MaxAutoPrepare = settings.Mode is ConnectionMode.TransactionPoolerWithoutPreparedStatements ? 0 : 64;
        builder.AutoPrepareMinUsages = 2;
        if (settings.Mode is ConnectionMode.Direct)
            builder.Options = RoleSettings.StartupOptions(builder.Options);
        return builder.ConnectionString;
    }
}
