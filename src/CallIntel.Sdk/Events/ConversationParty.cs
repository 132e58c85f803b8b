using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Events;

/// <summary>A stored further party of an event or leg of a call; see <see cref="EventParty"/>.</summary>
/// <param name="Contact">The contact; null for a leg to one of the org's own lines.</param>
/// <param name="Role">The role of the party in the event.</param>
public sealed record ConversationParty([property: PseudonymousData] ContactId? Contact, PartyRole Role)
{
    /// <summary>The start time of the leg; null for parties that are not legs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The duration of the leg in whole seconds; null if unknown.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How the leg ended.</summary>
    /// <value>The default value is <see cref="EventOutcome.Unknown"/>.</value>
    public EventOutcome Outcome { get; init; }

    /// <summary>The status of the leg as the source reported it.</summary>
    public string? Status { get; init; }

    /// <summary>Returns the role only; personal data is not included.</summary>
    public override string ToString() => $"{nameof(ConversationParty)} {{ {Role} *** }}";
}
