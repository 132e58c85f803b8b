using System.Linq.Expressions;
using CallIntel.Sdk.Events;
using Microsoft.Extensions.VectorData;

namespace CallIntel.Sdk.VectorData;

public sealed partial class EventCollection
{
    /// <summary>Returns an event with its text. The access ledger records the read.</summary>
    /// <param name="key">The id of the event.</param>
    /// <param name="options">Vectors cannot be included.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The event; null if it does not exist or the member may not see it. Without text if the member may see the event
    /// but not its content.
    /// </returns>
    /// <exception cref="VectorStoreException">The connection or the session failed.</exception>
    public override Task<EventDocument?> GetAsync(
        Guid key,
        RecordRetrievalOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        CheckVectors(options is { IncludeVectors: true });
        return RunAsync(
            async ct =>
                await _session.Events.FindWithContentAsync(key, ct).ConfigureAwait(false) is { } found
                    ? EventDocument.Create(found)
                    : null,
            nameof(GetAsync),
            cancellationToken
        );
    }

    /// <summary>
    /// Returns the newest events that pass a filter, with their texts, from newest to oldest. The access ledger records
    /// the read.
    /// </summary>
    /// <param name="filter">Conditions on the time, the channel, the contact and the member.</param>
    /// <param name="top">The maximum number of events, 1 to <see cref="MaxResults"/>.</param>
    /// <param name="options">
    /// The order can only be descending by <see cref="EventDocument.OccurredAt"/>. Nothing can be skipped; for the next
    /// page, filter by a time before that of the last event.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="NotSupportedException">The filter or an option cannot be used.</exception>
    /// <exception cref="VectorStoreException">The connection or the session failed.</exception>
    public override IAsyncEnumerable<EventDocument> GetAsync(
        Expression<Func<EventDocument, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<EventDocument>? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        CheckPage(top, 0);
        CheckVectors(options is { IncludeVectors: true });
        if (options is { Skip: > 0 } || !IsNewestFirst(options))
            throw new NotSupportedException(
                "Events are returned from newest to oldest, and none can be skipped. Leave Skip and OrderBy out, and "
                    + "filter by a time before that of the last event for the next page."
            );
        DocumentFilter conditions = DocumentFilter.Read(filter);
        if (conditions.Direction is not null || conditions.Source is not null)
            throw new NotSupportedException(
                "Reading events by a filter cannot use Direction and SourceId. Use SearchAsync, or filter the results."
            );
        EventFilter events = EventFilter.All.WithContent().ForPurpose(_purpose);
        if (conditions.Contact is { } contact)
            events = events.ForContact(contact);
        if (conditions.Member is { } member)
            events = events.ForMember(member);
        if (conditions is { Channel: { } channel, IsEmpty: false })
            events = events.OnChannel(channel);
        if (conditions is { HasRange: true, IsEmpty: false })
            events = events.Within(conditions.Range);
        return StreamAsync(
            conditions,
            async ct => (await _session.Events.ReadPageAsync(events, top, ct).ConfigureAwait(false)).Events.ToList(),
            EventDocument.Create,
            cancellationToken
        );
    }

    /// <summary>Returns true: the org of every session has this collection.</summary>
    /// <param name="cancellationToken">Not used.</param>
    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default)
    {
        _session.Transport.ThrowIfEnded();
        return Task.FromResult(true);
    }

    /// <summary>Does nothing: the org of every session has this collection.</summary>
    /// <param name="cancellationToken">Not used.</param>
    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) =>
        CollectionExistsAsync(cancellationToken);

    /// <summary>Is not supported.</summary>
    /// <param name="cancellationToken">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) =>
        throw ReadOnly("To delete embeddings, use session.Embeddings.DisableAsync.");

    /// <summary>Is not supported.</summary>
    /// <param name="record">Not used.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Task UpsertAsync(EventDocument record, CancellationToken cancellationToken = default) =>
        throw ReadOnly("To store events, use session.Ingestion; a worker embeds their content.");

    /// <summary>Is not supported.</summary>
    /// <param name="records">Not used.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Task UpsertAsync(
        IEnumerable<EventDocument> records,
        CancellationToken cancellationToken = default
    ) => throw ReadOnly("To store events, use session.Ingestion; a worker embeds their content.");

    /// <summary>Is not supported.</summary>
    /// <param name="key">Not used.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Task DeleteAsync(Guid key, CancellationToken cancellationToken = default) =>
        throw ReadOnly("To delete an event, use session.Ingestion.DeleteAsync.");

    /// <summary>Is not supported.</summary>
    /// <param name="keys">Not used.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Task DeleteAsync(IEnumerable<Guid> keys, CancellationToken cancellationToken = default) =>
        DeleteAsync(Guid.Empty, cancellationToken);

    static NotSupportedException ReadOnly(string remedy) => new($"The collection of events is read-only. {remedy}");

    static bool IsNewestFirst(FilteredRecordRetrievalOptions<EventDocument>? options)
    {
        if (options?.OrderBy is not { } orderBy)
            return true;
        var order = orderBy(new()).Values;
        return order.Count == 0
            || (
                order.Count == 1
                && !order[0].Ascending
                && order[0].PropertySelector.Body
                    is UnaryExpression { Operand: MemberExpression { Member.Name: nameof(EventDocument.OccurredAt) } }
            );
    }
}
