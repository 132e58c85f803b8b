using System.Runtime.CompilerServices;
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

    /// <summary>Reads events, the newest first, to the millisecond.</summary>
    /// <param name="filter">Which ones, and whether with content.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// A stream in constant memory, read page by page. No connection is held between pages, and each enumeration reads
    /// anew.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
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
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>Null if there is none, or the session's member may not see it.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<ConversationEvent?> FindAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        FindCoreAsync(eventId, false, false, cancellationToken);

    /// <summary>Finds one event with what was said or written, in one round trip.</summary>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// Null if there is none, or the session's member may not see it; without content if they may see the event but not
    /// its content.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<ConversationEvent?> FindWithContentAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        FindCoreAsync(eventId, true, false, cancellationToken);

    /// <summary>
    /// Finds one event with all that is stored of it: what was said, details, parts and further parties.
    /// </summary>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// Null if there is none, or the session's member may not see it; without the parts that they may not see.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<ConversationEvent?> FindWithDetailsAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        FindCoreAsync(eventId, true, true, cancellationToken);

    async IAsyncEnumerable<ConversationEvent> ReadCoreAsync(
        EventFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // Page by page: each has its connection for its own length only, and a role that is revoked meanwhile is gone
        // at the next page.
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
                    _encryption,
                    await _session.CallAsync(command, EventQuery.MapStored, cancellationToken).ConfigureAwait(false),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : await _session.CallAsync(command, EventQuery.Map, cancellationToken).ConfigureAwait(false);
        return withDetails
            ? await DetailsReader.AddAsync(_encryption, page, cancellationToken).ConfigureAwait(false)
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
