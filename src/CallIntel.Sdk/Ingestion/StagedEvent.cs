using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion;

/// <summary>A record that passed validation: one row of a staging slot.</summary>
struct StagedEvent
{
    internal Guid Id;
    internal DateTime OccurredAt;
    internal Guid? Contact;
    internal Guid? Member;
    internal int? DurationSeconds;
    internal short Channel;
    internal short Direction;
    internal short Outcome;
    internal short? UtcOffsetMinutes;
    internal string? ExternalId;
    internal byte[]? Body;
    internal byte[]? Transcript;
    internal byte[]? Summary;

    /// <summary>The party; resolved to <see cref="Contact"/> before the batch is sent.</summary>
    internal PartyAddress? Party;
}
