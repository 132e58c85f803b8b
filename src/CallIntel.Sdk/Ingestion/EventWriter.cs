using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Bulk;
using CallIntel.Sdk.Ingestion.Rejects;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Ingestion.Webhooks;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Stores events of the session's org: files and feeds in bulk, webhooks one record at a time.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class EventWriter
{
    readonly IngestContext _context;

    internal EventWriter(IngestContext context) => _context = context;

    /// <summary>Stores records, each exactly once, however often they are delivered.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="records">The records, read once, in constant memory.</param>
    /// <param name="options">Batch size, lanes, progress. Default: as documented there.</param>
    /// <param name="cancellationToken">
    /// Cancels. Batches committed by then stay; a rerun counts them as duplicates.
    /// </param>
    /// <returns>What became of every record.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role may not ingest, <c>CI0010</c> connection lost, <c>CI0020</c> another run moved the
    /// cursor. Nothing of the failing batch is stored.
    /// </exception>
    public Task<IngestReport> IngestAsync(
        IngestSource source,
        IAsyncEnumerable<EventRecord> records,
        IngestOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(source.Name, nameof(source));
        ArgumentNullException.ThrowIfNull(records);
        options ??= new IngestOptions();
        options.Validate();
        return IngestPipeline.RunAsync(_context, source, records, options, cancellationToken);
    }

    /// <summary>
    /// Stores a few records at once, all or none: what an endpoint calls that a provider delivers to.
    /// </summary>
    /// <param name="source">Where they come from. Registered by its first write.</param>
    /// <param name="records">
    /// 1 to 1000 records with texts of 64 MiB in all. A record that cannot be stored is kept among the rejects and the
    /// others are stored. Cursors are not used.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancels: nothing is stored then, unless the database was done before it heard of it.
    /// </param>
    /// <returns>
    /// What became of every record, and the run that its rejects are kept under: one for each process, member and
    /// stream an hour.
    /// </returns>
    /// <remarks>
    /// One round trip and one transaction, of which the first write of a process to a stream, and numbers and people
    /// that it has not met for five minutes, need some more. Otherwise as <see cref="IngestAsync"/>: the same records
    /// stored either way are the same rows, and whatever is delivered again, to whichever host, is stored once.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0210</c> no records or too many, <c>CI0211</c> too large, <c>CI0212</c> lost to other transactions again
    /// and again, <c>CI0005</c> the role may not ingest, <c>CI0010</c> connection lost. Nothing is stored; calling
    /// again is safe.
    /// </exception>
    public Task<IngestReport> WriteAsync(
        IngestSource source,
        IReadOnlyList<EventRecord> records,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(source.Name, nameof(source));
        ArgumentNullException.ThrowIfNull(records);
        if (records.Contains(null!))
            throw new ArgumentException("A record is null.", nameof(records));
        return StreamLane.WriteAsync(_context, source, records, cancellationToken);
    }

    /// <summary>
    /// Where the last committed batch of a stream left off, also when its run was cut short: what an importer can be
    /// told to resume after.
    /// </summary>
    /// <param name="source">The source and its stream.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>Null if nothing of the stream is stored, or its records carry no cursors.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<string?> FindCursorAsync(IngestSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return StreamCursor.FindAsync(_context.Session, source, cancellationToken);
    }

    /// <summary>The records of a run that could not be stored, in their order, with the reason of each.</summary>
    /// <param name="run">The run, as <see cref="IngestReport.RunId"/> names it.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>A stream in constant memory; empty for roles that do not manage sources.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public IAsyncEnumerable<RejectedRecord> ReadRejectsAsync(Guid run, CancellationToken cancellationToken = default) =>
        RejectReader.ReadAsync(_context.Encryption, run, cancellationToken);
}
