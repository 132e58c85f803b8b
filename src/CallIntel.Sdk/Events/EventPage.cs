using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Events;

/// <summary>A page of events, from newest to oldest.</summary>
/// <param name="Events">The events.</param>
/// <param name="Next">
/// Selects the next page; <see langword="null"/> if the page was not full, so that no event followed, or the limit of
/// the filter is reached. To continue in another request, keep the id of the last event and pass it to
/// <see cref="EventFilter.After"/>.
/// </param>
public sealed record EventPage(
    [property: ProtectedData] IReadOnlyList<ConversationEvent> Events,
    [property: PseudonymousData] EventFilter? Next
)
{
    /// <summary>Returns the number of events; the events and the filter are not included.</summary>
    public override string ToString() => $"{nameof(EventPage)} {{ {Events.Count} events *** }}";
}
