using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.SyncHealth;

/// <summary>How the sources of the session's org are doing, and what is expected of them.</summary>
/// <remarks>
/// Thread-safe. States are derived by the database when they are read; nobody writes them, so a dead worker cannot
/// leave one that is fine.
/// </remarks>
public sealed class SyncHealthReader
{
    readonly SessionTransport _session;

    internal SyncHealthReader(SessionTransport session) => _session = session;

    /// <summary>The health of every stream of the org, in one round trip.</summary>
    /// <param name="at">
    /// The moment to judge: runs that started later are left out, those that ended later are still running. Default:
    /// now, by the database's clock.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<SyncHealthReport> ReadAsync(
        DateTimeOffset? at = null,
        CancellationToken cancellationToken = default
    )
    {
        if (at is { Year: < 1970 or > 2999 })
            throw new ArgumentOutOfRangeException(nameof(at), at, "A moment from 1970 to 2999 is asked for.");
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(StreamHealthRow.Sql).With(at?.UtcDateTime);
        List<StreamHealthRow> rows = await _session
            .ListAsync(command, StreamHealthRow.Read, cancellationToken)
            .ConfigureAwait(false);

        Freshness all = Freshness.Of([.. rows.Select(r => r.Freshness)]);
        DateTimeOffset moment = rows.Count > 0 ? rows[0].At : at ?? _session.Time.GetUtcNow();
        IEnumerable<StreamHealth> streams = rows.Select(r => r.Stream)
            .OrderByDescending(s => s.State)
            .ThenBy(s => s.Source, StringComparer.Ordinal)
            .ThenBy(s => s.Stream, StringComparer.Ordinal);
        return new SyncHealthReport(moment, all.State, all.AsOf, [.. streams]);
    }

    /// <summary>
    /// Says what is expected of a source, in place of what is learned. It replaces what was said before.
    /// </summary>
    /// <param name="source">The name of the source, as <see cref="Ingestion.IngestSource.Name"/>.</param>
    /// <param name="expectation">What is expected; null in it: learn it.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not manage sources, <c>CI0230</c> the org has no such source, <c>CI0231</c> a span
    /// is not above zero.
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
    /// Renames a source. Its records are not stored a second time by this: ids of events stay derived from its first
    /// name.
    /// </summary>
    /// <param name="source">The present or a former name of the source.</param>
    /// <param name="newName">The new name, at most 200 characters. No other source of the org has it or had it.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// Importers may go on using former names; they mean the same source. Rename only when all instances of your
    /// applications run at least the SDK that has this method: older ones derive ids from the name they are given.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not manage sources, <c>CI0230</c> the org has no such source, <c>CI0232</c> the new
    /// name is blank, too long or taken.
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
    /// Retires a source: its streams are no longer part of the org's health. Its events stay, and its next run makes it
    /// active again.
    /// </summary>
    /// <param name="source">The present or a former name of the source.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not manage sources, <c>CI0230</c> the org has no such source.
    /// </exception>
    public Task RetireSourceAsync(string source, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.retire_source($1)").With(source);
        return _session.ExecuteAsync(command, cancellationToken);
    }
}
