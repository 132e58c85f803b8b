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

    /// <summary>What is kept from whom, contact by contact.</summary>
    public PrivacyAdministration Privacy { get; }

    /// <summary>The keys that protect the org's people.</summary>
    public KeyAdministration Keys { get; }

    internal CallIntelDataSource Source { get; }

    /// <summary>Runs a query of the host's own inside the session's context and streams its rows.</summary>
    /// <param name="sql">
    /// One statement that reads or writes rows, with positional parameters (<c>$1</c>). Row-level security applies whatever it says. Commands
    /// (<c>prepare</c>, <c>set</c>, <c>do</c>, ...) are refused with <c>CI0160</c>: connections are shared with other orgs.
    /// </param>
    /// <param name="map">Makes a result of the current row.</param>
    /// <param name="parameters">The values of <c>$1</c>, <c>$2</c>, ... of types that Npgsql maps.</param>
    /// <param name="plan">What the statement is planned for. Default <see cref="QueryPlan.Generic"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException">A coded failure; see <see cref="ErrorCodes"/>.</exception>
    public IAsyncEnumerable<T> QueryAsync<T>(
        string sql, Func<DbDataReader, T> map, IReadOnlyList<object?>? parameters = null, QueryPlan plan = QueryPlan.Generic, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        ArgumentNullException.ThrowIfNull(map);
        HostStatement.ThrowIfRefused(sql);
        return ReadAsync(MakeCommand, map, plan, thenResets: true, cancellationToken);

        // anew for each enumeration: a command belongs to one batch
        NpgsqlBatchCommand MakeCommand()
        {
            NpgsqlBatchCommand command = new(sql);
            foreach (object? value in parameters ?? [])
                command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            return command;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal NpgsqlBatchCommand BeginCommand() => Source.BeginCommand(Identity);

    /// <summary>For a function that opens the context itself.</summary>
    internal NpgsqlParameter TokenParameter() => Source.TokenParameter(Identity);

    /// <summary>One batch, one round trip, one implicit transaction: the context, then the command. If the context fails, the command does not run.</summary>
    internal IAsyncEnumerable<T> ReadAsync<T>(NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken) =>
        ReadAsync(() => command, map, QueryPlan.Generic, thenResets: false, cancellationToken);

    async IAsyncEnumerable<T> ReadAsync<T>(
        Func<NpgsqlBatchCommand> command, Func<NpgsqlDataReader, T> map, QueryPlan plan, bool thenResets, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = Source.CreateBatch();
        batch.BatchCommands.Add(Source.BeginCommand(Identity, plan: plan));
        batch.BatchCommands.Add(command());
        if (thenResets)
            ConnectionReset.AddTo(batch, Source.ConnectionMode);
        await using NpgsqlDataReader reader = await OpenReaderAsync(batch, cancellationToken).ConfigureAwait(false);
        while (await Translated(() => reader.ReadAsync(cancellationToken)).ConfigureAwait(false))
            yield return map(reader);
        // an error after the last row (a deferred check) is an error all the same
        await Translated(() => reader.NextResultAsync(cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Two commands in one round trip and one implicit transaction, after the context; all rows of both.</summary>
    internal async Task<(List<T1> First, List<T2> Second)> ListAsync<T1, T2>(
        NpgsqlBatchCommand first, Func<NpgsqlDataReader, T1> mapFirst, NpgsqlBatchCommand second, Func<NpgsqlDataReader, T2> mapSecond,
        CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = Source.CreateBatch();
        batch.BatchCommands.Add(BeginCommand());
        batch.BatchCommands.Add(first);
        batch.BatchCommands.Add(second);
        await using NpgsqlDataReader reader = await OpenReaderAsync(batch, cancellationToken).ConfigureAwait(false);
        List<T1> firstRows = await RowsAsync(reader, mapFirst, cancellationToken).ConfigureAwait(false);
        List<T2> secondRows = await RowsAsync(reader, mapSecond, cancellationToken).ConfigureAwait(false);
        return (firstRows, secondRows);
    }

    internal async Task<List<T>> ListAsync<T>(NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        await foreach (T row in ReadAsync(command, map, cancellationToken).ConfigureAwait(false))
            rows.Add(row);
        return rows;
    }

    internal async Task ExecuteAsync(NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = Source.CreateBatch();
        batch.BatchCommands.Add(BeginCommand());
        batch.BatchCommands.Add(command);
        await Translated(() => batch.ExecuteNonQueryAsync(cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Calls a function that takes <see cref="TokenParameter"/> and returns rows: one statement instead of a context and a command.</summary>
    internal async Task<List<T>> CallAsync<T>(NpgsqlBatchCommand call, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = Source.CreateBatch();
        batch.BatchCommands.Add(call);
        await using NpgsqlDataReader reader = await Translated(() => batch.ExecuteReaderAsync(cancellationToken)).ConfigureAwait(false);
        return await RowsAsync(reader, map, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Calls a function that takes <see cref="TokenParameter"/>: one statement less than a context and a command.</summary>
    internal async Task<object> ScalarAsync(NpgsqlBatchCommand call, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = Source.CreateBatch();
        batch.BatchCommands.Add(call);
        return (await Translated(() => batch.ExecuteScalarAsync(cancellationToken)).ConfigureAwait(false))!;
    }

    /// <summary>Sends a batch that starts with <see cref="BeginCommand"/>; the reader stands at the first result after it.</summary>
    internal static async Task<NpgsqlDataReader> OpenReaderAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        NpgsqlDataReader reader = await Translated(() => batch.ExecuteReaderAsync(cancellationToken)).ConfigureAwait(false);
        try
        {
            await Translated(() => reader.NextResultAsync(cancellationToken)).ConfigureAwait(false);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The rest of the present result; moves on to the next, so that an error after the last row is not missed.</summary>
    internal static async Task<List<T>> RowsAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        while (await Translated(() => reader.ReadAsync(cancellationToken)).ConfigureAwait(false))
            rows.Add(map(reader));
        await Translated(() => reader.NextResultAsync(cancellationToken)).ConfigureAwait(false);
        return rows;
    }

    static async Task<T> Translated<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.Translate(e);
        }
    }
}
