using System.Diagnostics.Metrics;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CallIntel.Sdk;

/// <summary>
/// The entrance: opens sessions that act as one member of one org. There is nothing else to call, and no way to a
/// connection without a context.
/// </summary>
/// <remarks>Thread-safe; one for the life of the application. It holds the connection pool.</remarks>
public sealed class CallIntelDataSource : IAsyncDisposable
{
    readonly DatabaseTransport _database;
    readonly FieldEncryption _encryption;
    readonly SharedIngestion _ingestion;
    readonly Lazy<ShredListener>? _shreds;
    volatile bool _disposed;

    /// <summary>Makes a data source. Nothing is sent before the first session.</summary>
    /// <param name="options">Where the database is and how sessions are signed.</param>
    /// <param name="loggerFactory">Receives the log events of the SDK and the driver. Default: none.</param>
    /// <param name="timeProvider">The clock by which tokens expire. Default: the system's.</param>
    /// <param name="meterFactory">Makes the meter <c>CallIntel.Sdk</c>. Default: a meter that is not a host's.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0007</c> wrong options, <c>CI0008</c> an unusable signing key file.
    /// </exception>
    public CallIntelDataSource(
        CallIntelOptions options,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        CallIntelOptionsValidator.ThrowIfInvalid(options);
        TimeProvider time = timeProvider ?? TimeProvider.System;
        ILoggerFactory logs = loggerFactory ?? NullLoggerFactory.Instance;
        _database = new DatabaseTransport(
            new TransportSettings(
                options.ConnectionString!,
                options.SigningKeys ?? SigningKeyRing.Load(options.SigningKeyFile!),
                options.TokenLifetime,
                options.ConnectionMode
            ),
            time,
            logs
        );
        _encryption = new FieldEncryption(options.RootKeys!, time, logs);
        _database.KeyLost = _encryption.ForgetLostKeys;
        _ingestion = new SharedIngestion(time, meterFactory, logs);
        if (options.ListenForShreds)
            _shreds = new Lazy<ShredListener>(() =>
                new ShredListener(_database, _encryption.DataKeys, _encryption.Log)
            );
    }

    internal DatabaseTransport Database => _database;

    internal FieldEncryption Encryption => _encryption;

    /// <summary>Opens a session of one member of one org.</summary>
    /// <param name="identity">Who the session acts as. The caller has authenticated them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>
    /// Costs nothing but the first time, when role, server and schema version are checked. A session holds no
    /// connection between calls.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0010</c> unreachable, <c>CI0011</c> login refused, <c>CI0012</c> role too strong,
    /// <c>CI0013</c>/<c>CI0014</c> schema too old/new, <c>CI0015</c> server too old.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The data source was disposed.</exception>
    public async ValueTask<OrgSession> OpenSessionAsync(
        OrgIdentity identity,
        CancellationToken cancellationToken = default
    )
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await EnsureCheckedAsync(cancellationToken).ConfigureAwait(false);
        return new OrgSession(new SessionTransport(_database, identity), _encryption, _ingestion);
    }

    /// <summary>
    /// Asks the server what is asked before the first session, every time it is called: that it can be reached, the
    /// role, the schema version.
    /// </summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException">The codes of <see cref="OpenSessionAsync"/>.</exception>
    public Task CheckAsync(CancellationToken cancellationToken = default) => ExamineSchemaAsync(cancellationToken);

    /// <summary>As <see cref="CheckAsync"/>, with what was found.</summary>
    internal async Task<SchemaCompatibility> ExamineSchemaAsync(CancellationToken cancellationToken) =>
        (await _database.ExamineAsync(cancellationToken).ConfigureAwait(false)).Schema;

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
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.create_org($1, $2)")
            .With(_database.TokenParameter(new OrgIdentity(org, owner), SessionToken.CreateOrg))
            .With(name);
        return (bool)await _database.CallAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes somebody a member by an invitation.</summary>
    /// <param name="token">What <see cref="MemberDirectory.InviteAsync"/> gave out.</param>
    /// <param name="member">Who accepts. The caller has authenticated them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The org and the role the member has in it from now on.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0195</c> the invitation is unknown, used, revoked, expired, or void since its inviter lost the right to it:
    /// which one is not told. <c>CI0196</c> the member has a role in the org already; the invitation stays open.
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
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.accept_invitation($1, $2)")
            .With(_database.TokenParameter(new OrgIdentity(invitation.Org, member), SessionToken.AcceptInvitation))
            .With(invitation.Bytes);
        return (
            invitation.Org,
            Enum.Parse<OrgRole>(
                (string)await _database.CallAsync(command, cancellationToken).ConfigureAwait(false),
                ignoreCase: true
            )
        );
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_shreds is { IsValueCreated: true })
            await _shreds.Value.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
        _encryption.Dispose();
        _ingestion.Dispose();
    }

    async ValueTask EnsureCheckedAsync(CancellationToken cancellationToken)
    {
        await _database.EnsureCheckedAsync(cancellationToken).ConfigureAwait(false);
        _ = _shreds?.Value; // listens from the first session on
    }
}
