using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>A record that passed validation: one row of a staging slot.</summary>
struct StagedEvent
{
    /// <summary>The place of the record in its run.</summary>
    internal long Ordinal;

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

    /// <summary>Text as it was validated; gone once it is protected. So are the other two.</summary>
    internal string? Body;
    internal string? Transcript;
    internal string? Summary;

    /// <summary>
    /// The envelope that is stored instead of the text, in the batch's <see cref="EnvelopeBuffer"/>; empty for none. So
    /// are the other two.
    /// </summary>
    internal ReadOnlyMemory<byte> StoredBody;
    internal ReadOnlyMemory<byte> StoredTranscript;
    internal ReadOnlyMemory<byte> StoredSummary;

    /// <summary>
    /// Keyed digests of the texts: whether a delivery says something else. Encryption alone cannot tell, it never makes
    /// the same bytes twice.
    /// </summary>
    internal long? BodyHash,
        TranscriptHash,
        SummaryHash;

    /// <summary>When the source last changed the record.</summary>
    internal DateTime? ModifiedAt;

    /// <summary>A <see cref="Events.RecordChange"/>; null for none.</summary>
    internal short? Change;

    /// <summary>What goes to the tables beside events; null for most records.</summary>
    internal StagedDetails? Extras;

    /// <summary>The party; resolved to <see cref="Contact"/> before the batch is sent.</summary>
    internal PartyAddress? Party;

    /// <summary>The person's key was destroyed: nothing of theirs is stored any more.</summary>
    internal bool Erased;

    /// <summary>It is stored exactly so.</summary>
    internal bool IsDuplicate;

    /// <summary>
    /// Whether two deliveries of one record tell nothing different, so that the second changes nothing. What comes with
    /// more than facts and words is for the merge to compare.
    /// </summary>
    internal readonly bool ReportsSameAs(in StagedEvent other) =>
        IsPlain
        && other.IsPlain
        && OccurredAt == other.OccurredAt
        && Contact == other.Contact
        && Member == other.Member
        && DurationSeconds == other.DurationSeconds
        && (Channel, Direction, Outcome, UtcOffsetMinutes)
            == (other.Channel, other.Direction, other.Outcome, other.UtcOffsetMinutes)
        && (BodyHash, TranscriptHash, SummaryHash) == (other.BodyHash, other.TranscriptHash, other.SummaryHash);

    /// <summary>Whether facts and words are all it says.</summary>
    internal readonly bool IsPlain => Extras is null && Change is null && ModifiedAt is null;
}
