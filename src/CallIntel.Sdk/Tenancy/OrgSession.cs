using System.Data.Common;
using System.Runtime.CompilerServices;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SyncHealth;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>Everything one member may do in one org. Each call is one round trip in which the database verifies who calls.</summary>
/// <remarks>
/// Thread-safe: calls may overlap, each takes a connection from the pool for its own length. Holds nothing between calls, so it may live as
/// long as its user's request; a role that is revoked meanwhile is gone at the next call.
/// </remarks>
public sealed class OrgSession : IAsyncDisposable
{
    volatile bool _disposed;

    internal OrgSession(CallIntelDataSource source, OrgIdentity identity)
    {
        Source = source;
        Identity = identity;
        Events = new EventStore(this);
        Contacts = new ContactDirectory(this);
        Dashboards = new DashboardReader(this);
        SyncHealth = new SyncHealthReader(this);
        Members = new MemberDirectory(this);
        Privacy = new PrivacyAdministration(this);
        Keys = new KeyAdministration(this);
    }

    /// <summary>Who the session acts as.</summary>
    public OrgIdentity Identity { get; }

    /// <summary>Storing and reading events.</summary>
    public EventStore Events { get; }

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

    internal CallIntelDataSource Source { get; }

    /// <summary>Runs a query of the host's own inside the session's context and streams its rows.</summary>
    /// <param name="sql">
    /// One statement with positional parameters (<c>$1</c>). It reads the views <c>callintel.*</c> and functions such as
    /// <c>callintel.events_between</c>, which show what the member may see; tables cannot be read. Commands (<c>prepare</c>, <c>set</c>,
    /// <c>do</c>, ...) are refused with <c>CI0160</c>: connections are shared with other orgs.
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
        ObjectDisposedException.ThrowIf(_disposed, this);
        HostStatement.ThrowIfRefused(sql);
        return ReadAsync(MakeCommand, map, plan, isHosts: true, cancellationToken);

        // anew for each enumeration: a command belongs to one batch
        NpgsqlBatchCommand MakeCommand()
        {
            NpgsqlBatchCommand command = new(sql);
            foreach (object? value in parameters ?? [])
                command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            return command;
        }
    }

    /// <summary>Ends the session: every later call throws <see cref="ObjectDisposedException"/>. Calls that are under way end as they would have.</summary>
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return ValueTask.CompletedTask;
    }

    internal NpgsqlBatchCommand BeginCommand(QueryPlan plan = QueryPlan.Generic)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Source.BeginCommand(Identity, plan: plan);
    }

    /// <summary>For a function that opens the context itself.</summary>
    internal NpgsqlParameter TokenParameter()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Source.TokenParameter(Identity);
    }

    /// <summary>One batch, one round trip, one implicit transaction: the context, then the command. If the context fails, the command does not run.</summary>
    internal IAsyncEnumerable<T> ReadAsync<T>(
        NpgsqlBatchCommand command,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken
    ) => ReadAsync(() => command, map, QueryPlan.Generic, isHosts: false, cancellationToken);

    async IAsyncEnumerable<T> ReadAsync<T>(
        Func<NpgsqlBatchCommand> command,
        Func<NpgsqlDataReader, T> map,
        QueryPlan plan,
        bool isHosts,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using BatchResults results = await BatchResults
            .OpenAsync(Source, BeginCommand(plan), [command()], isHosts, cancellationToken)
            .ConfigureAwait(false);
        while (await results.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return map(results.Row);
        await results.NextAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Two commands in one round trip and one implicit transaction, after the context; all rows of both.</summary>
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

    /// <summary>The SDK's own commands in one round trip and one implicit transaction, after the context.</summary>
    internal Task<BatchResults> OpenAsync(
        IReadOnlyList<NpgsqlBatchCommand> commands,
        CancellationToken cancellationToken
    ) => BatchResults.OpenAsync(Source, BeginCommand(), commands, isHosts: false, cancellationToken);

    internal async Task<List<T>> ListAsync<T>(
        NpgsqlBatchCommand command,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken
    )
    {
        List<T> rows = [];
        await foreach (T row in ReadAsync(command, map, cancellationToken).ConfigureAwait(false))
            rows.Add(row);
        return rows;
    }

    internal async Task ExecuteAsync(NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using BatchResults results = await OpenAsync([command], cancellationToken).ConfigureAwait(false);
        await results.NextAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Calls a function that takes <see cref="TokenParameter"/> and returns rows: one statement instead of a context and a command.</summary>
    internal Task<List<T>> CallAsync<T>(
        NpgsqlBatchCommand call,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken
    ) => Source.CallAsync(call, map, cancellationToken);

    /// <summary>Calls a function that takes <see cref="TokenParameter"/>: one statement less than a context and a command.</summary>
    internal Task<object> ScalarAsync(NpgsqlBatchCommand call, CancellationToken cancellationToken) =>
        Source.CallAsync(call, cancellationToken);
}
