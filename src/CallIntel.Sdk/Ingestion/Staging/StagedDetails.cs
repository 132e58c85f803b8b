using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>What a record has beyond the facts and words of an event.</summary>
sealed class StagedDetails
{
    internal required EventDetails Details { get; init; }

    internal long? PriceMicros { get; init; }

    /// <summary>The envelope of the own number, and a digest that tells whether it changed.</summary>
    internal byte[]? OwnNumber { get; set; }

    internal long? OwnNumberHash { get; init; }

    internal required StagedPart[] Parts { get; init; }

    internal required StagedParticipant[] Participants { get; init; }

    /// <summary>Whether there is a row for <c>event_details</c>.</summary>
    internal required bool HasDetails { get; init; }
}

/// <summary>A row of <c>event_parts</c>.</summary>
struct StagedPart
{
    internal string MediaType,
        Reference;
    internal long? Size;
    internal long Hash;
    internal byte[]? Envelope;
}

/// <summary>A row of <c>event_participants</c>.</summary>
struct StagedParticipant
{
    internal PartyAddress? Address;
    internal Guid? Contact;
    internal EventParty Party;
}
