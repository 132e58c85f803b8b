using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Events;

/// <summary>
/// One more party of an event, or one leg of a call: a group message, a conference, a call that rang elsewhere or was
/// passed on. Personal data.
/// </summary>
/// <param name="Address">
/// The party as the source wrote it: a number, a short code, a sender's name, an id of the source's own; null for a leg
/// to an own line.
/// </param>
/// <param name="Role">What the party was in the event.</param>
/// <param name="Kind">What <paramref name="Address"/> is. Default: a number.</param>
public sealed record EventParty(
    [property: ProtectedData] string? Address,
    PartyRole Role = PartyRole.To,
    PartyKind Kind = PartyKind.Number
)
{
    /// <summary>When the leg began; null for parties that are no legs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long the leg lasted, stored in whole seconds.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How the leg ended.</summary>
    /// <value>The default value is <see cref="EventOutcome.Unknown"/>.</value>
    public EventOutcome Outcome { get; init; }

    /// <summary>What the leg was in the source's own words, for example <c>FindMe</c>. No personal data.</summary>
    public string? Status { get; init; }

    /// <summary>Tells the role and nothing of who it was.</summary>
    public override string ToString() => $"{nameof(EventParty)} {{ {Role} *** }}";
}
