using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Bulk;
using CallIntel.Sdk.Ingestion.Rejects;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Ingestion.Webhooks;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Stores events of the session's org: files and feeds in bulk, webhooks a few records at a time.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class EventWriter
{
    readonly IngestContext _context;

    internal EventWriter(IngestContext context) => _context = context;

    /// <summary>
    /// Stores records exactly once: importing a record again never creates a duplicate. Use it for files and feeds.
    /// </summary>
    /// <param name="source">The source of the records. The first run registers it.</param>
    /// <param name="records">The records. They are enumerated once and processed in constant memory.</param>
    /// <param name="options">
    /// The batch size, number of lanes and progress. Default: see <see cref="IngestOptions"/>.
    /// </param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. Batches that were committed stay stored; a rerun counts their
    /// records as duplicates.
    /// </param>
    /// <returns>The number of records by result.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the member's role does not include <c>Ingest</c>; <c>CI0010</c> the connection was lost;
    /// <c>CI0020</c> another run moved the cursor of the stream. No record of the failed batch is stored.
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
    /// Stores a few records in one transaction. Use it in webhook endpoints.
    /// </summary>
    /// <param name="source">The source of the records. The first write registers it.</param>
    /// <param name="records">
    /// 1 to 1000 records with at most 64 MiB of text in total. Records that cannot be stored are kept as rejects; the
    /// others are stored. Cursors are ignored.
    /// </param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. After a cancellation nothing is stored, unless the database had
    /// already committed.
    /// </param>
    /// <returns>
    /// The number of records by result, and the run under which rejects are kept: one run per process, member, stream
    /// and hour.
    /// </returns>
    /// <remarks>
    /// Needs one round trip. The first write of a process to a stream needs more, and so do numbers and people that the
    /// process has not seen for five minutes. Otherwise it works like <see cref="IngestAsync"/>: both methods store the
    /// same record as the same row, and a record that is sent again, even to another host, is stored once.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0210</c> there are no records or too many; <c>CI0211</c> the records are too large; <c>CI0212</c> other
    /// transactions changed the same records several times in a row; <c>CI0005</c> the member's role does not include
    /// <c>Ingest</c>; <c>CI0010</c> the connection was lost. Nothing is stored, and it is safe to call again.
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

    /// <summary>Stores a few records of a source that is known by its name alone, in one transaction.</summary>
    /// <param name="source">The name of the source. Its kind is <c>application</c>, its stream <c>default</c>.</param>
    /// <param name="records">1 to 1000 records with at most 64 MiB of text in total.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <inheritdoc cref="WriteAsync(IngestSource, IReadOnlyList{EventRecord}, CancellationToken)"/>
    public Task<IngestReport> WriteAsync(
        string source,
        IReadOnlyList<EventRecord> records,
        CancellationToken cancellationToken = default
    ) => WriteAsync(new IngestSource(source), records, cancellationToken);

    /// <summary>
    /// Deletes one event with its content, attachments and everything derived from it, in one round trip. The record is
    /// not stored again when its source reports it again.
    /// </summary>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// Whether the event was deleted. <see langword="false"/> if it does not exist, belongs to another member while the
    /// role includes only own events, or is an event of a contact that the member may not see.
    /// </returns>
    /// <remarks>
    /// To delete what the source deleted, ingest a record with <see cref="RecordChange.Deleted"/> instead.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the member's role does not include <c>Ingest</c>; <c>CI0410</c> a party of the event is under a
    /// legal hold. Other codes: the connection or the session failed.
    /// </exception>
    public Task<bool> DeleteAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        _context.Session.ScalarAsync<bool>(
            new NpgsqlBatchCommand("select callintel.delete_event($1)").With(eventId),
            cancellationToken
        );

    /// <summary>
    /// Encrypts content of several people under the key of their conversation, where not all of them have one yet: it
    /// was stored by a version that did not do so, or a later record added a party.
    /// </summary>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. Cancels between pages; completed pages are kept.
    /// </param>
    /// <returns>The number of contents and attachments that were encrypted again. 0 if nothing is left.</returns>
    /// <remarks>
    /// Applications can keep running. Content that changes in the meantime is left alone; repeat the call for it. The
    /// access ledger records each page before its text is decrypted.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c>: the role does not include <c>ManageKeys</c> and <c>Ingest</c>.
    /// </exception>
    public Task<long> EncryptSharedContentAsync(CancellationToken cancellationToken = default) =>
        new SharedContents(_context.Encryption).EncryptAsync(cancellationToken);

    /// <summary>
    /// Returns the cursor of the last committed batch of a stream, even if its run was interrupted. An importer can
    /// resume after it.
    /// </summary>
    /// <param name="source">The source and its stream.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The cursor; null if no record of the stream is stored or its records have no cursors.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<string?> FindCursorAsync(IngestSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return StreamCursor.FindAsync(_context.Session, source, cancellationToken);
    }

    /// <summary>Reads the rejected records of a run in their original order, each with the reason.</summary>
    /// <param name="run">The id of the run, from <see cref="IngestReport.RunId"/>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rejects, streamed in constant memory. Empty if the member's role does not include <c>ManageSources</c>.
    /// </returns>
    /// <remarks>The access ledger records each page before its text is returned.</remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0291</c> after the first 1,000 rejects, if there are more and the session has no purpose. Other codes: the
    /// connection or the session failed.
    /// </exception>
    public IAsyncEnumerable<RejectedRecord> ReadRejectsAsync(Guid run, CancellationToken cancellationToken = default) =>
        ReadRejectsAsync(run, AccessPurpose.None, cancellationToken);

    /// <summary>
    /// Reads the rejected records of a run in their original order, each with the reason, for a purpose.
    /// </summary>
    /// <param name="run">The id of the run, from <see cref="IngestReport.RunId"/>.</param>
    /// <param name="purpose">
    /// The purpose, which the access ledger records. <see cref="AccessPurpose.None"/>: that of the session.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rejects, streamed in constant memory. Empty if the member's role does not include <c>ManageSources</c>.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0291</c> after the first 1,000 rejects, if there are more and neither the call nor the session has a
    /// purpose. Other codes: the connection or the session failed.
    /// </exception>
    public IAsyncEnumerable<RejectedRecord> ReadRejectsAsync(
        Guid run,
        AccessPurpose purpose,
        CancellationToken cancellationToken = default
    ) => RejectReader.ReadAsync(_context.Encryption, run, purpose, cancellationToken);
}
