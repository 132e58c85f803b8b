using System.Data.Common;
using System.Runtime.CompilerServices;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Lines;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Teams;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk;

/// <summary>
/// Gives access to the data of one org as one member. Each call is one round trip in which the database verifies the
/// member's role.
/// </summary>
/// <remarks>
/// Thread-safe: calls may overlap, and each call takes a connection from the pool for its own duration. A session holds
/// no resources between calls, so it can live as long as the request it serves. If the member's role is revoked, the
/// next call fails.
/// </remarks>
public sealed class OrgSession : IAsyncDisposable
{
    readonly SessionTransport _transport;

    internal OrgSession(
        SessionTransport transport,
        FieldEncryption fieldEncryption,
        SharedAudit audit,
        SharedIngestion shared,
        ChangeFeedHub changes,
        SearchCache search,
        JobSignal enqueued,
        EmbeddingGenerators generators,
        SharedErasures erasures,
        DashboardCache? dashboards
    )
    {
        _transport = transport;
        Encryption = new OrgEncryption(transport, fieldEncryption, new AccessGate(transport, audit));
        Audit = new AccessLedger(transport);
        IngestContext = new IngestContext(transport, Encryption, shared);
        Events = new EventReader(transport, Encryption);
        Ingestion = new EventWriter(IngestContext);
        Changes = new ChangeFeedReader(transport, changes);
        Contacts = new ContactDirectory(transport, Encryption, shared.KnownContacts.Clear);
        SyncHealth = new SyncHealthReader(transport);
        Members = new MemberDirectory(transport, Encryption);
        Dashboards = new DashboardReader(transport, Members, dashboards);
        Lines = new LineDirectory(transport, Encryption);
        Teams = new TeamDirectory(transport);
        Organization = new OrgSettings(transport);
        Privacy = new PrivacyAdministration(transport);
        Jobs = new JobAdministration(transport, enqueued);
        Keys = new KeyAdministration(Encryption, enqueued);
        Embeddings = new EmbeddingAdministration(transport, enqueued);
        SubjectRequests = new SubjectRequestRegister(
            transport,
            Encryption,
            Organization,
            Contacts,
            new SubjectErasures(transport, Encryption, erasures, enqueued, shared.KnownContacts.Clear)
        );
        Vectors = new VectorReader(transport, Encryption, generators);
        Search = new SearchReader(transport, Encryption, Contacts, Vectors, search, enqueued);
        Questions = new QuestionReader(
            Dashboards,
            Search,
            Teams,
            Organization,
            SyncHealth,
            new VocabularyReader(Members, Lines, Teams, Contacts, SyncHealth, Dashboards),
            transport.Time
        );
    }

    /// <summary>The identity the session acts as.</summary>
    public OrgIdentity Identity => _transport.Identity;

    /// <summary>Reads events.</summary>
    public EventReader Events { get; }

    /// <summary>Stores events: files and feeds in bulk, webhooks a few records at a time.</summary>
    public EventWriter Ingestion { get; }

    /// <summary>Follows the changes of events, for live views and for processes that derive data.</summary>
    public ChangeFeedReader Changes { get; }

    /// <summary>Finds contacts and their numbers.</summary>
    public ContactDirectory Contacts { get; }

    /// <summary>Finds events by what was said or written in them.</summary>
    public SearchReader Search { get; }

    /// <summary>Computes statistics over a time range.</summary>
    public DashboardReader Dashboards { get; }

    /// <summary>Answers questions in plain language.</summary>
    public QuestionReader Questions { get; }

    /// <summary>Reports how up to date and reliable each source is.</summary>
    public SyncHealthReader SyncHealth { get; }

    /// <summary>Manages the members of the org, their roles and their display names.</summary>
    public MemberDirectory Members { get; }

    /// <summary>Manages the telephone lines of the org itself.</summary>
    public LineDirectory Lines { get; }

    /// <summary>Manages the teams of the org.</summary>
    public TeamDirectory Teams { get; }

    /// <summary>Manages the business hours, the holidays and the time zone of the org.</summary>
    public OrgSettings Organization { get; }

    /// <summary>Manages the privacy rules of contacts, which determine what members may see.</summary>
    public PrivacyAdministration Privacy { get; }

    /// <summary>Lists, retries and drops the background work of the org.</summary>
    public JobAdministration Jobs { get; }

    /// <summary>Reads and verifies the access ledger and the audit log, and manages honey tokens.</summary>
    public AccessLedger Audit { get; }

    /// <summary>Registers and answers data subject requests: access, erasure, restriction and so on.</summary>
    public SubjectRequestRegister SubjectRequests { get; }

    /// <summary>Manages the keys that protect the personal data of the org.</summary>
    public KeyAdministration Keys { get; }

    /// <summary>Turns on and off the embeddings that search by meaning uses.</summary>
    public EmbeddingAdministration Embeddings { get; }

    internal SubjectErasures Erasures => SubjectRequests.Erasures;

    /// <summary>Finds events by the meaning of their content.</summary>
    internal VectorReader Vectors { get; }

    internal SessionTransport Transport => _transport;

    internal OrgEncryption Encryption { get; }

    internal IngestContext IngestContext { get; }

    /// <summary>Runs an SQL query of the application as the session's member and streams its rows.</summary>
    /// <param name="sql">
    /// One statement with positional parameters (<c>$1</c>). It can read the views <c>callintel.*</c> and functions
    /// such as <c>callintel.events_between</c>, which return what the member may see, but no tables. Commands
    /// (<c>prepare</c>, <c>set</c>, <c>do</c>, ...) are refused with <c>CI0160</c>, because other orgs use the same
    /// connections.
    /// </param>
    /// <param name="map">Creates a result from the current row.</param>
    /// <param name="parameters">The values of <c>$1</c>, <c>$2</c>, ... of types that Npgsql can map.</param>
    /// <param name="plan">How PostgreSQL plans the statement. Default: <see cref="QueryPlan.Generic"/>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">The query failed; see <see cref="ErrorCodes"/>.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public IAsyncEnumerable<T> QueryAsync<T>(
        string sql,
        Func<DbDataReader, T> map,
        IReadOnlyList<object?>? parameters = null,
        QueryPlan plan = QueryPlan.Generic,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        ArgumentNullException.ThrowIfNull(map);
        _transport.ThrowIfEnded();
        HostStatement.ThrowIfRefused(sql);
        return _transport.ReadAsync(MakeCommand, map, plan, isHosts: true, cancellationToken);

        // Each enumeration needs a new command, because a command belongs to one batch.
        NpgsqlBatchCommand MakeCommand()
        {
            NpgsqlBatchCommand command = new(sql);
            foreach (object? value in parameters ?? [])
                command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            return command;
        }
    }

    /// <summary>
    /// Ends the session. Later calls throw <see cref="ObjectDisposedException"/>; calls in progress complete normally.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        _transport.End();
        return ValueTask.CompletedTask;
    }
}
