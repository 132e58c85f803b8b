using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.SyncHealth;

/// <summary>Reports the health of the org's sources and manages what is expected of them.</summary>
/// <remarks>
/// Thread-safe. The database derives states when they are read; they are not stored, so a worker that died cannot leave
/// a healthy state behind.
/// </remarks>
public sealed class SyncHealthReader
{
    readonly SessionTransport _session;

    internal SyncHealthReader(SessionTransport session) => _session = session;

    /// <summary>Returns the health of all streams of the org in one round trip.</summary>
    /// <param name="at">
    /// The time to evaluate. Runs that started later are ignored, and runs that ended later count as running. Default:
    /// now, by the clock of the database.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<SyncHealthReport> ReadAsync(
        DateTimeOffset? at = null,
        CancellationToken cancellationToken = default
    )
    {
        if (at is { Year: < 1970 or > 2999 })
            throw new ArgumentOutOfRangeException(nameof(at), at, "The time must be in the years 1970 to 2999.");
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(StreamHealthRow.Sql).With(at?.UtcDateTime);
        (List<StreamHealthRow> rows, List<(TimeSpan? Feed, TimeSpan? Search)> delays) = await _session
            .ListAsync(command, StreamHealthRow.Read, DelayCommand(), ReadDelays, cancellationToken)
            .ConfigureAwait(false);

        Freshness all = Freshness.Combine([.. rows.Select(r => r.Freshness)]);
        DateTimeOffset moment = rows.Count > 0 ? rows[0].At : at ?? _session.Time.GetUtcNow();
        IEnumerable<StreamHealth> streams = rows.Select(r => r.Stream)
            .OrderByDescending(s => s.State)
            .ThenBy(s => s.Source, StringComparer.Ordinal)
            .ThenBy(s => s.Stream, StringComparer.Ordinal);
        return new SyncHealthReport(moment, all.State, all.AsOf, [.. streams])
        {
            ChangeFeedDelay = delays[0].Feed,
            TextSearchDelay = delays[0].Search,
        };
    }

    /// <summary>Returns the sources of the org by their names, which are unique.</summary>
    internal async Task<IReadOnlyDictionary<string, Guid>> ListSourcesAsync(CancellationToken cancellationToken)
    {
        List<(string Name, Guid Id)> sources = await _session
            .ListAsync(
                new NpgsqlBatchCommand("select name, id from callintel.sync_sources"),
                row => (row.GetString(0), row.GetGuid(1)),
                cancellationToken
            )
            .ConfigureAwait(false);
        return sources.ToDictionary(source => source.Name, source => source.Id, StringComparer.Ordinal);
    }

    static NpgsqlBatchCommand DelayCommand() =>
        new(
            """
            select case when callintel.current_permissions() & 1 = 1
                        then (extract(epoch from callintel.change_feed_delay()) * 1000000)::bigint end,
                   case when callintel.current_permissions() & 1 = 1
                        then (select (extract(epoch from statement_timestamp() - s.indexed_at) * 1000000)::bigint
                                from callintel.search_state() s where s.is_complete) end
            """
        );

    static (TimeSpan? Feed, TimeSpan? Search) ReadDelays(NpgsqlDataReader row) =>
        (ReadDelay(row, 0), ReadDelay(row, 1));

    static TimeSpan? ReadDelay(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null : TimeSpan.FromMicroseconds(row.GetInt64(ordinal));

    /// <summary>
    /// Sets the expected freshness of a source, replacing any earlier expectation. Without one, the database learns it.
    /// </summary>
    /// <param name="source">The name of the source, as <see cref="Ingestion.IngestSource.Name"/>.</param>
    /// <param name="expectation">The expectation. Null values in it are learned.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include <c>ManageSources</c>; <c>CI0230</c> the org has no such source;
    /// <c>CI0231</c> an interval is not greater than zero.
    /// </exception>
    public Task ExpectAsync(string source, SourceExpectation expectation, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentNullException.ThrowIfNull(expectation);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.expect_source($1, $2, $3)").With(
            source,
            expectation.Every,
            expectation.Lag
        );
        return _session.ExecuteAsync(command, cancellationToken);
    }

    /// <summary>
    /// Renames a source. Its records are not stored again, because the ids of its events remain derived from its first
    /// name.
    /// </summary>
    /// <param name="source">The current or a former name of the source.</param>
    /// <param name="newName">
    /// The new name, at most 200 characters. No other source of the org may have or have had it.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// Importers may continue to use former names. Rename a source only after all instances of your applications use an
    /// SDK version that has this method: older versions derive ids from the name they are given.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include <c>ManageSources</c>; <c>CI0230</c> the org has no such source;
    /// <c>CI0232</c> the new name is blank, too long or taken.
    /// </exception>
    public Task RenameSourceAsync(string source, string newName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(newName);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.rename_source($1, $2)").With(
            source,
            newName
        );
        return _session.ExecuteAsync(command, cancellationToken);
    }

    /// <summary>
    /// Retires a source: its streams no longer count in the org's health. Its events remain, and its next run makes it
    /// active again.
    /// </summary>
    /// <param name="source">The current or a former name of the source.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include <c>ManageSources</c>; <c>CI0230</c> the org has no such source.
    /// </exception>
    public Task RetireSourceAsync(string source, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.retire_source($1)").With(source);
        return _session.ExecuteAsync(command, cancellationToken);
    }
}
