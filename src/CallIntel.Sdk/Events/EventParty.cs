using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Events;

/// <summary>
/// A further party of an event or a leg of a call, for example in a group message, a conference or a transferred call.
/// Personal data.
/// </summary>
/// <param name="Address">
/// The party as the source reported it: a number, a short code, a sender name or an id of the source. Null for a leg to
/// one of the org's own lines.
/// </param>
/// <param name="Role">The role of the party in the event.</param>
/// <param name="Kind">The kind of <paramref name="Address"/>. Default: a number.</param>
public sealed record EventParty(
    [property: ProtectedData] string? Address,
    PartyRole Role = PartyRole.To,
    PartyKind Kind = PartyKind.Number
)
{
    /// <summary>The start time of the leg; null for parties that are not legs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The duration of the leg, stored in whole seconds.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How the leg ended.</summary>
    /// <value>The default value is <see cref="EventOutcome.Unknown"/>.</value>
    public EventOutcome Outcome { get; init; }

    /// <summary>
    /// The status of the leg as the source reported it, for example <c>FindMe</c>. Must not contain personal data.
    /// </summary>
    public string? Status { get; init; }

    /// <summary>Returns the role only; personal data is not included.</summary>
    public override string ToString() => $"{nameof(EventParty)} {{ {Role} *** }}";
}
