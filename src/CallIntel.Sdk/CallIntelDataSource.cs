using System.Diagnostics.Metrics;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CallIntel.Sdk;

/// <summary>
/// The entry point of the SDK: opens sessions that act as one member of one org. Data can only be reached through a
/// session, so every statement runs with a verified identity.
/// </summary>
/// <remarks>Thread-safe. Holds the connection pool; use one instance for the lifetime of the application.</remarks>
public sealed class CallIntelDataSource : IAsyncDisposable
{
    readonly DatabaseTransport _database;
    readonly FieldEncryption _encryption;
    readonly SharedAudit _audit;
    readonly SharedIngestion _ingestion;
    readonly ChangeFeedHub _changes;
    readonly SearchCache _search = new();
    readonly DashboardCache? _dashboards;
    readonly Lazy<ShredListener>? _shreds;
    volatile bool _disposed;

    /// <summary>Creates a data source. No connection is opened before the first session.</summary>
    /// <param name="options">The connection to the database and the keys that sign sessions.</param>
    /// <param name="loggerFactory">Receives the log events of the SDK and the driver. Default: no logging.</param>
    /// <param name="timeProvider">The clock that determines when tokens expire. Default: the system clock.</param>
    /// <param name="meterFactory">
    /// Creates the meter <c>CallIntel.Sdk</c>. Default: the data source creates its own meter.
    /// </param>
    /// <param name="auditSink">Receives the entries of the access ledger. Default: no sink.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0007</c> the options are invalid; <c>CI0008</c> the signing key file cannot be used.
    /// </exception>
    public CallIntelDataSource(
        CallIntelOptions options,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null,
        IAuditSink? auditSink = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        CallIntelOptionsValidator.ThrowIfInvalid(options);
        TimeProvider time = timeProvider ?? TimeProvider.System;
        ILoggerFactory logs = loggerFactory ?? NullLoggerFactory.Instance;
        TransportSettings settings = new(
            options.ConnectionString!,
            options.SigningKeys ?? SigningKeyRing.Load(options.SigningKeyFile!),
            options.TokenLifetime,
            options.ConnectionMode
        );
        _database = new DatabaseTransport(settings, time, logs);
        _audit = new SharedAudit(
            options.AuditConnectionString is { } primary
                ? new DatabaseTransport(settings with { ConnectionString = primary }, time, logs)
                : null,
            auditSink,
            meterFactory,
            logs
        );
        _encryption = new FieldEncryption(options.RootKeys!, time, logs);
        Erasures = new SharedErasures(options.Erasure, time);
        _database.ErasureHeights = Erasures.HeightOf;
        _database.RefreshErasureHeight = Erasures.RefreshAsync;
        Embeddings = options.Embeddings;
        Generators = new EmbeddingGenerators(options.Embeddings);
        _dashboards = DashboardCache.From(options.DashboardCache);
        _changes = new ChangeFeedHub(
            time,
            options.ChangeFeed,
            options.ChangeFeed.NotifiesProcesses
                ? new ChangeWakeUps(_database, logs.CreateLogger(ChangeFeedLog.Category))
                : null
        );
        _ingestion = new SharedIngestion(time, meterFactory, logs) { Committed = _changes.Committed };
        _database.KeyLost = () =>
        {
            _encryption.ForgetLostKeys();
            _ingestion.KnownContacts.Clear();
        };
        if (options.ListenForCryptoShreds)
            _shreds = new Lazy<ShredListener>(() =>
                new ShredListener(_database, _encryption.DataKeys, _encryption.Log)
            );
    }

    internal DatabaseTransport Database => _database;

    internal FieldEncryption Encryption => _encryption;

    internal ChangeFeedHub Changes => _changes;
    internal SharedAudit Audit => _audit;

    internal SharedErasures Erasures { get; }

    internal EmbeddingOptions Embeddings { get; }

    internal EmbeddingGenerators Generators { get; }

    /// <summary>Raised when a session of this data source enqueues a job.</summary>
    internal JobSignal JobEnqueued { get; } = new();

    /// <summary>Opens a session that acts as one member of one org.</summary>
    /// <param name="identity">The identity the session acts as. The caller must have authenticated the member.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// The first call checks the server, the database role and the schema version; later calls do not contact the
    /// server. A session holds no connection between calls.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0010</c> the server cannot be reached; <c>CI0011</c> the login was refused; <c>CI0012</c> the database role
    /// has too many privileges; <c>CI0013</c> the schema is too old; <c>CI0014</c> the schema is too new; <c>CI0015</c>
    /// the server is too old.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The data source was disposed.</exception>
    public async ValueTask<OrgSession> OpenSessionAsync(
        OrgIdentity identity,
        CancellationToken cancellationToken = default
    )
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await EnsureCheckedAsync(cancellationToken).ConfigureAwait(false);
        await Erasures.RefreshAsync(identity.Org, cancellationToken).ConfigureAwait(false);
        return OpenSession(new SessionTransport(_database, identity));
    }

    /// <summary>
    /// Repeats erasures of an org that a restored database lacks, from the ledger outside of the database. Afterwards,
    /// sessions of the org are accepted again.
    /// </summary>
    /// <param name="identity">An owner or admin of the org, as the restored database knows them.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests. Cancels between steps.</param>
    /// <returns>The number of ledger entries that were repeated; 0 if the database lacks none.</returns>
    /// <remarks>
    /// Can be interrupted and repeated. Legal holds that the restored database contains are respected. Until it is
    /// done, the org serves nobody: every session fails with <c>CI0379</c>.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0370</c> no sink for the ledger is configured; <c>CI0375</c> the ledger outside does not continue the one
    /// in the database; <c>CI0005</c> the role does not include <c>ManagePrivacy</c>.
    /// </exception>
    public async Task<long> ReplayErasuresAsync(OrgIdentity identity, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await EnsureCheckedAsync(cancellationToken).ConfigureAwait(false);
        OrgIdentity purposeful =
            identity.Purpose is AccessPurpose.None
                ? identity with
                {
                    Purpose = AccessPurpose.SubjectRequest,
                }
                : identity;
        await using OrgSession session = OpenSession(
            new SessionTransport(_database, purposeful, () => _database.TokenForReplay(purposeful))
        );
        return await session.Erasures.ReplayAsync(cancellationToken).ConfigureAwait(false);
    }

    OrgSession OpenSession(SessionTransport transport)
    {
        return new OrgSession(
            transport,
            _encryption,
            _audit,
            _ingestion,
            _changes,
            _search,
            JobEnqueued,
            Generators,
            Erasures,
            _dashboards
        );
    }

    /// <summary>
    /// Opens a session for a job that a worker is running. It acts in the job's org with the permissions of the job's
    /// kind and without a member.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <remarks>
    /// Every call fails with <c>CI0300</c> after the worker has lost the job. What the session stores is stored at
    /// once, not together with the end of the job; for that, use <see cref="JobCommit"/>.
    /// </remarks>
    public OrgSession OpenSession(JobContext job)
    {
        ArgumentNullException.ThrowIfNull(job);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return OpenSession(job.Session);
    }

    /// <summary>
    /// Checks on every call that the server can be reached, that the database role is restricted enough and that the
    /// schema version is supported. These are the checks that precede the first session.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">The codes of <see cref="OpenSessionAsync"/>.</exception>
    public Task CheckAsync(CancellationToken cancellationToken = default) => ExamineSchemaAsync(cancellationToken);

    /// <summary>Performs the checks of <see cref="CheckAsync"/> and returns the schema version found.</summary>
    internal async Task<SchemaCompatibility> ExamineSchemaAsync(CancellationToken cancellationToken) =>
        (await _database.ExamineAsync(cancellationToken).ConfigureAwait(false)).Schema;

    /// <summary>Creates an org with its first owner.</summary>
    /// <param name="org">The id of the new org: a random uuid chosen by the application.</param>
    /// <param name="name">The name of the org.</param>
    /// <param name="owner">The member who becomes the first owner.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// <see langword="true"/> if the org was created; <see langword="false"/> if the same owner already has an org with
    /// this id, in which case nothing changes.
    /// </returns>
    /// <exception cref="CallIntelException"><c>CI0006</c>: an org with this id belongs to another owner.</exception>
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

    /// <summary>Accepts an invitation and makes the caller a member of the org.</summary>
    /// <param name="token">The token that <see cref="MemberDirectory.InviteAsync"/> returned.</param>
    /// <param name="member">The member who accepts. The caller must have authenticated the member.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The org and the role that the member now has in it.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0195</c> the invitation is unknown, used, revoked, expired, or void because the inviter no longer has the
    /// right to invite; the error does not reveal which. <c>CI0196</c> the member already has a role in the org; the
    /// invitation stays open.
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
        await _changes.DisposeAsync().ConfigureAwait(false);
        await _audit.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
        _encryption.Dispose();
        _ingestion.Dispose();
    }

    internal async ValueTask EnsureCheckedAsync(CancellationToken cancellationToken)
    {
        await _database.EnsureCheckedAsync(cancellationToken).ConfigureAwait(false);
        _ = _shreds?.Value; // starts listening with the first session
    }
}
