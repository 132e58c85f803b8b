using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>The details, attachments and further parties of a record.</summary>
sealed class StagedDetails
{
    /// <summary>What the source reported.</summary>
    internal required EventDetails Reported { get; init; }

    internal long? PriceMicros { get; init; }

    /// <summary>The envelope of the own number. A digest beside it detects changes.</summary>
    internal byte[]? OwnNumber { get; set; }

    internal long? OwnNumberHash { get; init; }

    internal required StagedPart[] Parts { get; set; }

    internal required StagedParticipant[] Participants { get; init; }

    /// <summary>Whether the record needs a row in <c>event_details</c>.</summary>
    internal required bool HasDetails { get; init; }
}

/// <summary>A row of <c>event_parts</c>: an attachment.</summary>
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
