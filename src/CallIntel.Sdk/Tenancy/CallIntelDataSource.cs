using System.Diagnostics.Metrics;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Migrations;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// The entrance: opens sessions that act as one member of one org. There is nothing else to call, and no way to a connection without a context.
/// </summary>
/// <remarks>Thread-safe; one for the life of the application. It holds the connection pool.</remarks>
public sealed class CallIntelDataSource : IAsyncDisposable
{
    readonly NpgsqlDataSource _npgsql;
    readonly SigningKeyRing _keys;
    readonly CallIntelOptions _options;
    readonly SemaphoreSlim _checking = new(1, 1);
    volatile string? _database;
    volatile bool _disposed;
    ShredListener? _shreds;

    /// <summary>Makes a data source. Nothing is sent before the first session.</summary>
    /// <param name="options">Where the database is and how sessions are signed.</param>
    /// <param name="loggerFactory">Receives the driver's log. Default: none.</param>
    /// <param name="timeProvider">The clock by which tokens expire. Default: the system's.</param>
    /// <param name="meterFactory">Makes the meter <c>CallIntel.Sdk</c>. Default: a meter that is not a host's.</param>
    /// <exception cref="CallIntelException"><c>CI0007</c> wrong options, <c>CI0008</c> an unusable signing key file.</exception>
    public CallIntelDataSource(
        CallIntelOptions options,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        CallIntelOptionsValidator.ThrowIfInvalid(options);
        _options = options;
        _keys = options.SigningKeys ?? SigningKeyRing.Load(options.SigningKeyFile!);
        Time = timeProvider ?? TimeProvider.System;
        Encryption = new FieldEncryption(options.RootKeys!, Time);
        KnownContacts = new KnownContacts(Time);
        StandingRuns = new StandingRuns(Time);
        IngestMetrics = new IngestMetrics(meterFactory);

        NpgsqlSlimDataSourceBuilder builder = new(ConnectionString(options));
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        if (loggerFactory is not null)
            builder.UseLoggerFactory(loggerFactory);
        _npgsql = builder.Build();
    }

    internal TimeProvider Time { get; }

    internal FieldEncryption Encryption { get; }

    internal KnownContacts KnownContacts { get; }

    internal StandingRuns StandingRuns { get; }

    internal IngestMetrics IngestMetrics { get; }

    internal ConnectionMode ConnectionMode => _options.ConnectionMode;

    /// <summary>Opens a session of one member of one org.</summary>
    /// <param name="identity">Who the session acts as. The caller has authenticated them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>
    /// Costs nothing but the first time, when role, server and schema version are checked. A session holds no connection between calls.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0010</c> unreachable, <c>CI0011</c> login refused, <c>CI0012</c> role too strong, <c>CI0013</c>/<c>CI0014</c> schema too old/new, <c>CI0015</c> server too old.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The data source was disposed.</exception>
    public async ValueTask<OrgSession> OpenSessionAsync(
        OrgIdentity identity,
        CancellationToken cancellationToken = default
    )
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await EnsureCheckedAsync(cancellationToken).ConfigureAwait(false);
        return new OrgSession(this, identity);
    }

    /// <summary>Asks the server what is asked before the first session, every time it is called: that it can be reached, the role, the schema version.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException">The codes of <see cref="OpenSessionAsync"/>.</exception>
    public Task CheckAsync(CancellationToken cancellationToken = default) => ExamineSchemaAsync(cancellationToken);

    /// <summary>As <see cref="CheckAsync"/>, with what was found.</summary>
    internal async Task<SchemaCompatibility> ExamineSchemaAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await StartupCheck.RunAsync(_npgsql, cancellationToken).ConfigureAwait(false)).Schema;
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw Translate(e);
        }
    }

    /// <summary>Creates an org with its first owner.</summary>
    /// <param name="org">A random id the host has drawn for it.</param>
    /// <param name="name">What the org is called.</param>
    /// <param name="owner">Its first owner.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False if this owner's org with this id exists already: creating again changes nothing.</returns>
    /// <exception cref="CallIntelException"><c>CI0006</c>: the id belongs to somebody else's org.</exception>
    public async Task<bool> CreateOrgAsync(
        OrgId org,
        string name,
        MemberId owner,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        await EnsureCheckedAsync(cancellationToken).ConfigureAwait(false);
        NpgsqlBatchCommand command = new("select callintel.create_org($1, $2)");
        command.Parameters.Add(TokenParameter(new OrgIdentity(org, owner), SessionToken.CreateOrg));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (bool)await CallAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes somebody a member by an invitation.</summary>
    /// <param name="token">What <see cref="MemberDirectory.InviteAsync"/> gave out.</param>
    /// <param name="member">Who accepts. The caller has authenticated them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The org and the role the member has in it from now on.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0195</c> the invitation is unknown, used, revoked, expired, or void since its inviter lost the right to it: which one is not told.
    /// <c>CI0196</c> the member has a role in the org already; the invitation stays open.
    /// </exception>
    public async Task<(OrgId Org, OrgRole Role)> AcceptInvitationAsync(
        string token,
        MemberId member,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(token);
        if (!InvitationToken.TryParse(token, out InvitationToken invitation))
            throw new CallIntelException(
                ErrorCodes.InvitationRefused,
                "The invitation is unknown, used, revoked, expired or void.",
                "Ask an admin of the org for a new one."
            );
        await EnsureCheckedAsync(cancellationToken).ConfigureAwait(false);
        NpgsqlBatchCommand command = new("select callintel.accept_invitation($1, $2)");
        command.Parameters.Add(TokenParameter(new OrgIdentity(invitation.Org, member), SessionToken.AcceptInvitation));
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = invitation.Bytes });
        return (
            invitation.Org,
            Enum.Parse<OrgRole>(
                (string)await CallAsync(command, cancellationToken).ConfigureAwait(false),
                ignoreCase: true
            )
        );
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_shreds is not null)
            await _shreds.DisposeAsync().ConfigureAwait(false);
        await _npgsql.DisposeAsync().ConfigureAwait(false);
        Encryption.Dispose();
        IngestMetrics.Dispose();
        _checking.Dispose();
    }

    /// <summary>The statement that opens the context, to stand first in a batch: one round trip and one implicit transaction with what follows.</summary>
    internal NpgsqlBatchCommand BeginCommand(
        in OrgIdentity identity,
        long capabilities = (long)Permission.All,
        QueryPlan plan = QueryPlan.Generic
    )
    {
        NpgsqlBatchCommand command = new(RoleSettings.Begin(ConnectionMode, plan));
        command.Parameters.Add(TokenParameter(identity, capabilities));
        return command;
    }

    internal NpgsqlParameter TokenParameter(in OrgIdentity identity, long capabilities = (long)Permission.All) =>
        new NpgsqlParameter<byte[]>
        {
            TypedValue = SessionToken.Mint(
                _keys.Current,
                _database!,
                identity,
                capabilities,
                Time.GetUtcNow() + _options.TokenLifetime
            ),
        };

    /// <summary>Closes all idle connections now, and those in use when they are given back.</summary>
    internal void ClearPool() => _npgsql.Clear();

    internal ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken) =>
        _npgsql.OpenConnectionAsync(cancellationToken);

    /// <summary>Translates an error of the driver. Where the database lost a key, this process forgets its keys, so that the next call reads them again.</summary>
    internal CallIntelException Translate(Exception exception)
    {
        CallIntelException translated = DatabaseErrors.Translate(exception);
        if (translated.Code == ErrorCodes.KeyLost)
            Encryption.DataKeys.InvalidateAll();
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
            if (RoleSettings.Pin(ConnectionMode) is { } pin)
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

    async ValueTask EnsureCheckedAsync(CancellationToken cancellationToken)
    {
        if (_database is not null)
            return;
        await _checking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_database is not null)
                return;
            (string database, _) = await StartupCheck.RunAsync(_npgsql, cancellationToken).ConfigureAwait(false);
            if (_options.ListenForShreds)
                _shreds = new ShredListener(this, Encryption.DataKeys);
            _database = database;
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw Translate(e);
        }
        finally
        {
            _checking.Release();
        }
    }

    static string ConnectionString(CallIntelOptions options)
    {
        NpgsqlConnectionStringBuilder builder = new(options.ConnectionString)
        {
            Enlist = false,
            IncludeErrorDetail = false, // details quote row values
            LogParameters = false,
        };
        builder.NoResetOnClose = true; // only a host's own statements leave something: see ConnectionReset
        builder.MaxAutoPrepare =
            options.ConnectionMode is ConnectionMode.TransactionPoolerWithoutPreparedStatements ? 0 : 64;
        builder.AutoPrepareMinUsages = 2;
        if (options.ConnectionMode is ConnectionMode.Direct)
            builder.Options = RoleSettings.StartupOptions(builder.Options);
        return builder.ConnectionString;
    }
}
