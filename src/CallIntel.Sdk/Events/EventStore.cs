using System.Runtime.CompilerServices;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Events;

/// <summary>Storing and reading the events of the session's org.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class EventStore
{
    const int MetadataPage = 2000;
    const int ContentPage = 500;
    const int DetailsPage = 100; // an event may have a thousand parts
    readonly OrgSession _session;

    internal EventStore(OrgSession session) => _session = session;

    /// <summary>Stores records, each exactly once, however often they are delivered.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="records">The records, read once, in constant memory.</param>
    /// <param name="options">Batch size, lanes, progress. Default: as documented there.</param>
    /// <param name="cancellationToken">Cancels. Batches committed by then stay; a rerun counts them as duplicates.</param>
    /// <returns>What became of every record.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role may not ingest, <c>CI0010</c> connection lost, <c>CI0020</c> another run moved the cursor. Nothing of the failing batch is stored.
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
        return IngestPipeline.RunAsync(_session, source, records, options, cancellationToken);
    }

    /// <summary>Stores a few records at once, all or none: what an endpoint calls that a provider delivers to.</summary>
    /// <param name="source">Where they come from. Registered by its first write.</param>
    /// <param name="records">
    /// 1 to 1000 records with texts of 64 MiB in all. A record that cannot be stored is kept among the rejects and the others are stored. Cursors are not used.
    /// </param>
    /// <param name="cancellationToken">Cancels: nothing is stored then, unless the database was done before it heard of it.</param>
    /// <returns>What became of every record, and the run that its rejects are kept under: one for each process, member and stream an hour.</returns>
    /// <remarks>
    /// One round trip and one transaction, of which the first write of a process to a stream, and numbers and people that it has not met for five
    /// minutes, need some more. Otherwise as <see cref="IngestAsync"/>: the same records stored either way are the same rows, and whatever is
    /// delivered again, to whichever host, is stored once.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0210</c> no records or too many, <c>CI0211</c> too large, <c>CI0212</c> lost to other transactions again and again, <c>CI0005</c> the role may not
    /// ingest, <c>CI0010</c> connection lost. Nothing is stored; calling again is safe.
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
        return StreamLane.WriteAsync(_session, source, records, cancellationToken);
    }

    /// <summary>Where the last committed batch of a stream left off, also when its run was cut short: what an importer can be told to resume after.</summary>
    /// <param name="source">The source and its stream.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null if nothing of the stream is stored, or its records carry no cursors.</returns>
    /// <exception cref="CallIntelException">A coded failure of the connection or the session.</exception>
    public Task<string?> FindCursorAsync(IngestSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return StreamCursor.FindAsync(_session, source, cancellationToken);
    }

    /// <summary>Reads events, the newest first, to the millisecond.</summary>
    /// <param name="filter">Which ones, and whether with content.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>
    /// A stream in constant memory, read page by page. No connection is held between pages, and each enumeration reads anew.
    /// </returns>
    /// <exception cref="CallIntelException">A coded failure of the connection or the session.</exception>
    public IAsyncEnumerable<ConversationEvent> ReadAsync(
        EventFilter filter,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        return ReadCoreAsync(filter, cancellationToken);
    }

    /// <summary>Finds one event's facts, in one round trip.</summary>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null if there is none, or the session's member may not see it.</returns>
    /// <exception cref="CallIntelException">A coded failure of the connection or the session.</exception>
    public Task<ConversationEvent?> FindAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        FindCoreAsync(eventId, false, false, cancellationToken);

    /// <summary>Finds one event with what was said or written, in one round trip.</summary>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null if there is none, or the session's member may not see it; without content if they may see the event but not its content.</returns>
    /// <exception cref="CallIntelException">A coded failure of the connection or the session.</exception>
    public Task<ConversationEvent?> FindWithContentAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        FindCoreAsync(eventId, true, false, cancellationToken);

    /// <summary>Finds one event with all that is stored of it: what was said, details, parts and further parties.</summary>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null if there is none, or the session's member may not see it; without the parts that they may not see.</returns>
    /// <exception cref="CallIntelException">A coded failure of the connection or the session.</exception>
    public Task<ConversationEvent?> FindWithDetailsAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        FindCoreAsync(eventId, true, true, cancellationToken);

    /// <summary>The records of a run that could not be stored, in their order, with the reason of each.</summary>
    /// <param name="run">The run, as <see cref="IngestReport.RunId"/> names it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>A stream in constant memory; empty for roles that do not manage sources.</returns>
    /// <exception cref="CallIntelException">A coded failure of the connection or the session.</exception>
    public IAsyncEnumerable<RejectedRecord> ReadRejectsAsync(Guid run, CancellationToken cancellationToken = default) =>
        RejectReader.ReadAsync(_session, run, cancellationToken);

    async IAsyncEnumerable<ConversationEvent> ReadCoreAsync(
        EventFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // Page by page: each has its connection for its own length only, and a role that is revoked meanwhile is gone at the next page.
        Guid? before = null;
        for (int left = filter.Limit ?? int.MaxValue; left > 0; )
        {
            int most = Math.Min(
                left,
                filter.IncludesDetails ? DetailsPage
                    : filter.IncludesContent ? ContentPage
                    : MetadataPage
            );
            IReadOnlyList<ConversationEvent> page = await ReadPageAsync(
                    EventQuery.Read(_session.TokenParameter(), filter, before, most),
                    filter.IncludesContent,
                    filter.IncludesDetails,
                    cancellationToken
                )
                .ConfigureAwait(false);
            foreach (ConversationEvent e in page)
                yield return e;
            if (page.Count < most)
                yield break;
            before = page[^1].Id;
            left -= page.Count;
        }
    }

    async Task<IReadOnlyList<ConversationEvent>> ReadPageAsync(
        NpgsqlBatchCommand command,
        bool withContent,
        bool withDetails,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<ConversationEvent> page = withContent
            ? await ContentReader
                .OpenAsync(
                    _session,
                    await _session.CallAsync(command, EventQuery.MapStored, cancellationToken).ConfigureAwait(false),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : await _session.CallAsync(command, EventQuery.Map, cancellationToken).ConfigureAwait(false);
        return withDetails
            ? await DetailsReader.AddAsync(_session, page, cancellationToken).ConfigureAwait(false)
            : page;
    }

    async Task<ConversationEvent?> FindCoreAsync(
        Guid eventId,
        bool withContent,
        bool withDetails,
        CancellationToken cancellationToken
    ) =>
        (
            await ReadPageAsync(
                    EventQuery.Find(_session.TokenParameter(), eventId, withContent),
                    withContent,
                    withDetails,
                    cancellationToken
                )
                .ConfigureAwait(false)
        ).SingleOrDefault();
}
