using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Events;

/// <summary>One more party of an event, or one leg of a call, as it is stored: see <see cref="EventParty"/>.</summary>
/// <param name="Contact">Who it was; null for a leg to an own line.</param>
/// <param name="Role">What the party was in the event.</param>
public sealed record ConversationParty([property: PseudonymousData] ContactId? Contact, PartyRole Role)
{
    /// <summary>When the leg began; null for parties that are no legs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long the leg lasted, in whole seconds.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How the leg ended.</summary>
    /// <value>The default value is <see cref="EventOutcome.Unknown"/>.</value>
    public EventOutcome Outcome { get; init; }

    /// <summary>What the leg was in the source's own words.</summary>
    public string? Status { get; init; }

    /// <summary>Tells the role and nothing of who it was.</summary>
    public override string ToString() => $"{nameof(ConversationParty)} {{ {Role} *** }}";
}
