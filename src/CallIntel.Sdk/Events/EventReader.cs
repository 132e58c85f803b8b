using System.Runtime.CompilerServices;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Events;

/// <summary>Reads the events of the session's org.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class EventReader
{
    const int MetadataPage = 2000;
    const int ContentPage = 500;
    const int DetailsPage = 100; // an event may have a thousand parts
    readonly SessionTransport _session;
    readonly OrgEncryption _encryption;

    internal EventReader(SessionTransport session, OrgEncryption encryption) =>
        (_session, _encryption) = (session, encryption);

    /// <summary>
    /// Reads events in the order of their start, with a precision of one millisecond: from newest to oldest, or as the
    /// filter says.
    /// </summary>
    /// <param name="filter">Selects the events and whether content and details are included.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The events, streamed page by page in constant memory. No connection is held between pages. Each enumeration
    /// reads again from the database.
    /// </returns>
    /// <remarks>
    /// The access ledger records each page with content or details, before its text is returned. A read of content or
    /// details that is limited neither to one contact nor to the newest 1,000 events requires a purpose.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0291</c> the read requires a purpose; <c>CI0290</c> the access could not be recorded, so that no text is
    /// returned. Other codes: the connection or the session failed.
    /// </exception>
    public IAsyncEnumerable<ConversationEvent> ReadAsync(
        EventFilter filter,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (
            (filter.IncludesContent || filter.IncludesDetails)
            && filter.Contact is null
            && (filter.Limit is null or > AccessGate.BulkThreshold)
        )
            _encryption.Gate.RequirePurpose(filter.Purpose, "Reading the content or details of many events");
        return ReadCoreAsync(filter, cancellationToken);
    }

    /// <summary>Reads one page of events, in the order of <see cref="ReadAsync"/>, in one round trip.</summary>
    /// <param name="filter">
    /// Selects the events and whether content and details are included. Details need a second round trip. A limit
    /// counts for all pages together.
    /// </param>
    /// <param name="size">The maximum number of events of the page, 1 to 1,000.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The page, and the filter of the next one.</returns>
    /// <remarks>
    /// Paging by the last event (keyset paging): a page costs the same wherever it is, and events that are stored or
    /// deleted meanwhile neither repeat nor hide others.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0290</c> the access could not be recorded, so that no text is returned. Other codes: the connection or the
    /// session failed.
    /// </exception>
    public async Task<EventPage> ReadPageAsync(
        EventFilter filter,
        int size = 50,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, AccessGate.BulkThreshold);
        int most = Math.Min(size, filter.Limit ?? size);
        IReadOnlyList<ConversationEvent> events = await ReadPageAsync(
                EventQuery.Read(_session.TokenParameter(), filter, filter.Preceding, most),
                EventQuery.ContentOf(filter),
                filter.IncludesDetails,
                _encryption.Gate.Reason(filter.Purpose),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new EventPage(events, events.Count < most ? null : filter.Following(events));
    }

    /// <summary>Finds one event without content, in one round trip.</summary>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The event; null if it does not exist or the member may not see it.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<ConversationEvent?> FindAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        FindCoreAsync(eventId, false, false, cancellationToken);

    /// <summary>Finds one event with its content, in one round trip.</summary>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The event; null if it does not exist or the member may not see it. Without content if the member may see the
    /// event but not its content.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<ConversationEvent?> FindWithContentAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        FindCoreAsync(eventId, true, false, cancellationToken);

    /// <summary>
    /// Finds one event with everything stored about it: content, details, attachments and further parties.
    /// </summary>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The event, without data that the member may not see; null if it does not exist or the member may not see it.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<ConversationEvent?> FindWithDetailsAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        FindCoreAsync(eventId, true, true, cancellationToken);

    /// <summary>
    /// Finds the events that a source reported under an id of its own, for example the call of a provider's webhook, in
    /// one round trip.
    /// </summary>
    /// <param name="source">The name of the source, or a former name of it.</param>
    /// <param name="externalId">The id, as in <see cref="EventRecord.ExternalId"/>.</param>
    /// <param name="range">
    /// The time range of the events. Without a range, the database compares all events of the org: about 0.3 s for a
    /// million.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The events without content, newest first. More than one if the source reported the same id with several times;
    /// none if there is no such event or the member may not see it.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty. Other codes: the connection or the session failed.
    /// </exception>
    public async Task<IReadOnlyList<ConversationEvent>> FindByExternalIdAsync(
        string source,
        string externalId,
        TimeRange? range = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(externalId);
        range?.ThrowIfInvalid();
        return await _session
            .ListAsync(
                EventQuery.FindByExternalId(source, externalId, range),
                ConversationEvent.Read,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Reads the events of the call that an event belongs to, for example the legs of a call that rang several
    /// telephones, in the order of their start. Dashboards count them as one call.
    /// </summary>
    /// <param name="eventId">The id of one of the events.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The events without content, as far as the member may see them. Only the event itself if its source reports no id
    /// of the whole call; none if it does not exist or the member may not see it.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyList<ConversationEvent>> ReadConversationAsync(
        Guid eventId,
        CancellationToken cancellationToken = default
    ) =>
        await _session
            .ListAsync(EventQuery.Conversation(eventId), ConversationEvent.Read, cancellationToken)
            .ConfigureAwait(false);

    async IAsyncEnumerable<ConversationEvent> ReadCoreAsync(
        EventFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        AccessReason reason = _encryption.Gate.Reason(filter.Purpose);
        // Reading page by page holds the connection only while a page is read, and a revoked role takes effect at the
        // next page.
        Guid? preceding = filter.Preceding;
        for (int left = filter.Limit ?? int.MaxValue; left > 0; )
        {
            int most = Math.Min(
                left,
                filter.IncludesDetails ? DetailsPage
                    : filter.IncludesContent ? ContentPage
                    : MetadataPage
            );
            IReadOnlyList<ConversationEvent> page = await ReadPageAsync(
                    EventQuery.Read(_session.TokenParameter(), filter, preceding, most),
                    EventQuery.ContentOf(filter),
                    filter.IncludesDetails,
                    reason,
                    cancellationToken
                )
                .ConfigureAwait(false);
            foreach (ConversationEvent e in page)
                yield return e;
            if (page.Count < most)
                yield break;
            preceding = page[^1].Id;
            left -= page.Count;
        }
    }

    async Task<IReadOnlyList<ConversationEvent>> ReadPageAsync(
        NpgsqlBatchCommand command,
        ProtectedRead? content,
        bool withDetails,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<ConversationEvent> page = content is not null
            ? await ContentReader
                .OpenAsync(
                    _encryption,
                    await _encryption
                        .Gate.CallAsync(
                            new ProtectedCall<StoredEvent>(content, command, EventQuery.MapStored),
                            reason,
                            cancellationToken
                        )
                        .ConfigureAwait(false),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : await _session.CallAsync(command, ConversationEvent.Read, cancellationToken).ConfigureAwait(false);
        return withDetails
            ? await DetailsReader.AddAsync(_encryption, page, reason, cancellationToken).ConfigureAwait(false)
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
                    withContent ? EventQuery.OneWithContent : null,
                    withDetails,
                    _encryption.Gate.Reason(),
                    cancellationToken
                )
                .ConfigureAwait(false)
        ).SingleOrDefault();
}
