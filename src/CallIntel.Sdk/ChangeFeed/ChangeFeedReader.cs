using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>
/// Follows the changes of the org's events, in the order of commits, as far as the session's member may see the events.
/// </summary>
/// <remarks>
/// Thread-safe. Requires <see cref="Permission.ReadEvents"/>. All subscribers of a data source that may see the same
/// entries of an org share one reader. See <c>docs/guides/change-feed.md</c>.
/// </remarks>
public sealed class ChangeFeedReader
{
    readonly SessionTransport _session;
    readonly ChangeFeedHub _hub;

    internal ChangeFeedReader(SessionTransport session, ChangeFeedHub hub) => (_session, _hub) = (session, hub);

    /// <summary>
    /// Returns the present position. Get it before you load data, and read changes after it, so that none is missed.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// The connection or the session failed; <c>CI0005</c>: the role does not include the permission.
    /// </exception>
    public async Task<ChangeCursor> GetPositionAsync(CancellationToken cancellationToken = default) =>
        (await ChangePage.ReadPositionAsync(_session, cancellationToken).ConfigureAwait(false)).Position;

    /// <summary>Reads entries after a position and continues with new ones until it is canceled.</summary>
    /// <param name="after">
    /// The cursor of the last processed entry, or of <see cref="GetPositionAsync"/>. Default: the present position when
    /// the enumeration begins.
    /// </param>
    /// <param name="cancellationToken">The token that ends the enumeration.</param>
    /// <returns>
    /// The entries, each at least once. <see cref="ChangeKind.Resync"/> replaces entries that are not available any
    /// more. No connection is held between reads.
    /// </returns>
    /// <remarks>
    /// An entry appears when all transactions that are older than its own have ended. So a long import, or any other
    /// long transaction on the server, delays entries, but none is skipped.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// The connection or the session failed; <c>CI0004</c>: the member has no role any more; <c>CI0005</c>: the role
    /// does not include the permission. Read again after the last entry.
    /// </exception>
    public IAsyncEnumerable<ChangeEntry> ReadAsync(
        ChangeCursor? after = null,
        CancellationToken cancellationToken = default
    ) => ReadCoreAsync(after, cancellationToken);

    /// <summary>
    /// Reads entries as server-sent events, for <c>TypedResults.ServerSentEvents</c> of ASP.NET Core.
    /// </summary>
    /// <param name="lastEventId">
    /// The header <c>Last-Event-ID</c> of the request, which a browser sends when it connects again; null for the
    /// present position.
    /// </param>
    /// <param name="expiresAt">
    /// When the stream ends: the expiry of the credentials of the request. The browser then connects again with new
    /// ones.
    /// </param>
    /// <param name="cancellationToken">The token that ends the stream with an exception.</param>
    /// <returns>
    /// Events of the types <c>resync</c>, <c>inserted</c>, <c>updated</c>, <c>deleted</c>, <c>visibility</c> and
    /// <c>shredded</c>, with the cursor as their id; and <c>heartbeat</c> every 15 seconds without an entry, so that
    /// proxies keep the connection open.
    /// </returns>
    /// <exception cref="CallIntelException"><c>CI0280</c>: the id is not a cursor.</exception>
    public IAsyncEnumerable<SseItem<ChangeMessage>> StreamAsync(
        string? lastEventId,
        DateTimeOffset expiresAt,
        CancellationToken cancellationToken = default
    )
    {
        ChangeCursor? after = string.IsNullOrEmpty(lastEventId) ? null : ChangeCursor.Parse(lastEventId);
        return ChangeEventStream.ReadAsync(
            token => ReadCoreAsync(after, token),
            expiresAt,
            _hub.Time,
            cancellationToken
        );
    }

    async IAsyncEnumerable<ChangeEntry> ReadCoreAsync(
        ChangeCursor? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ChangeCursor? last = after;
        while (true)
        {
            // Subscribed first, so that no entry is between what is read here and what is delivered.
            await using ChangeSubscription subscription = await _hub.SubscribeAsync(_session, cancellationToken)
                .ConfigureAwait(false);
            last ??= subscription.Start;
            string audience = subscription.Audience;
            for (bool isLast = false; !isLast; )
            {
                ChangePage page = await ChangePage
                    .ReadAsync(_session, last.Value, cancellationToken)
                    .ConfigureAwait(false);
                foreach (ChangeEntry entry in page.Entries)
                {
                    last = entry.Cursor;
                    yield return entry;
                }
                (last, isLast, audience) = (page.Position, page.IsLast, page.Audience);
            }
            if (audience != subscription.Audience)
                continue;

            await foreach (ChangeEntry entry in subscription.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (entry.Kind is not ChangeKind.Resync && entry.Cursor.IsUpTo(last.Value))
                    continue;
                last = entry.Cursor;
                yield return entry;
            }
            if (!subscription.HasOverflowed)
                continue;
            last = await GetPositionAsync(cancellationToken).ConfigureAwait(false);
            yield return new ChangeEntry
            {
                Kind = ChangeKind.Resync,
                Cursor = last.Value,
                RecordedAt = _hub.Time.GetUtcNow(),
            };
        }
    }
}
