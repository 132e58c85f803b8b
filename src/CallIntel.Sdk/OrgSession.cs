using System.Data.Common;
using System.Runtime.CompilerServices;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk;

/// <summary>
/// Everything one member may do in one org. Each call is one round trip in which the database verifies who calls.
/// </summary>
/// <remarks>
/// Thread-safe: calls may overlap, each takes a connection from the pool for its own length. Holds nothing between
/// calls, so it may live as long as its user's request; a role that is revoked meanwhile is gone at the next call.
/// </remarks>
public sealed class OrgSession : IAsyncDisposable
{
    readonly SessionTransport _transport;

    internal OrgSession(SessionTransport transport, FieldEncryption fieldEncryption, SharedIngestion shared)
    {
        _transport = transport;
        Encryption = new OrgEncryption(transport, fieldEncryption);
        IngestContext = new IngestContext(transport, Encryption, shared);
        Events = new EventReader(transport, Encryption);
        Ingestion = new EventWriter(IngestContext);
        Contacts = new ContactDirectory(transport, Encryption);
        Dashboards = new DashboardReader(transport);
        SyncHealth = new SyncHealthReader(transport);
        Members = new MemberDirectory(transport);
        Privacy = new PrivacyAdministration(transport);
        Keys = new KeyAdministration(Encryption);
    }

    /// <summary>Who the session acts as.</summary>
    public OrgIdentity Identity => _transport.Identity;

    /// <summary>Reads events.</summary>
    public EventReader Events { get; }

    /// <summary>Stores events: files and feeds in bulk, webhooks one record at a time.</summary>
    public EventWriter Ingestion { get; }

    /// <summary>Finding contacts and their numbers.</summary>
    public ContactDirectory Contacts { get; }

    /// <summary>Figures over a time range.</summary>
    public DashboardReader Dashboards { get; }

    /// <summary>How the sources are doing.</summary>
    public SyncHealthReader SyncHealth { get; }

    /// <summary>Who is a member of the org, in which role.</summary>
    public MemberDirectory Members { get; }

    /// <summary>The privacy rules of contacts: who may see what of them.</summary>
    public PrivacyAdministration Privacy { get; }

    /// <summary>The keys that protect the org's people.</summary>
    public KeyAdministration Keys { get; }

    internal SessionTransport Transport => _transport;

    internal OrgEncryption Encryption { get; }

    internal IngestContext IngestContext { get; }

    /// <summary>Runs a query of the host's own inside the session's context and streams its rows.</summary>
    /// <param name="sql">
    /// One statement with positional parameters (<c>$1</c>). It reads the views <c>callintel.*</c> and functions such
    /// as <c>callintel.events_between</c>, which show what the member may see; tables cannot be read. Commands
    /// (<c>prepare</c>, <c>set</c>, <c>do</c>, ...) are refused with <c>CI0160</c>: connections are shared with other
    /// orgs.
    /// </param>
    /// <param name="map">Makes a result of the current row.</param>
    /// <param name="parameters">The values of <c>$1</c>, <c>$2</c>, ... of types that Npgsql maps.</param>
    /// <param name="plan">What the statement is planned for. Default <see cref="QueryPlan.Generic"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException">A coded failure; see <see cref="ErrorCodes"/>.</exception>
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

        // anew for each enumeration: a command belongs to one batch
        NpgsqlBatchCommand MakeCommand()
        {
            NpgsqlBatchCommand command = new(sql);
            foreach (object? value in parameters ?? [])
                command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            return command;
        }
    }

    /// <summary>
    /// Ends the session: every later call throws <see cref="ObjectDisposedException"/>. Calls that are under way end as
    /// they would have.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        _transport.End();
        return ValueTask.CompletedTask;
    }
}
