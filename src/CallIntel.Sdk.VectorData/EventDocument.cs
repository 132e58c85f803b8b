using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.VectorData;

namespace CallIntel.Sdk.VectorData;

/// <summary>A call, message or voicemail with its text, as a record of <see cref="EventCollection"/>.</summary>
public sealed record EventDocument
{
    /// <summary>The id of the event within the org.</summary>
    [VectorStoreKey]
    [PseudonymousData]
    public required Guid Id { get; init; }

    /// <summary>The start time, with the offset that the source reported, otherwise in UTC.</summary>
    [VectorStoreData(IsIndexed = true)]
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The channel: call, SMS, MMS or voicemail.</summary>
    [VectorStoreData(IsIndexed = true)]
    public required EventChannel Channel { get; init; }

    /// <summary>The direction from the org's point of view.</summary>
    [VectorStoreData(IsIndexed = true)]
    public required EventDirection Direction { get; init; }

    /// <summary>How the event ended. It cannot be used in a filter.</summary>
    [VectorStoreData]
    public required EventOutcome Outcome { get; init; }

    /// <summary>The other party; null if the number was withheld.</summary>
    [VectorStoreData(IsIndexed = true)]
    [PseudonymousData]
    public ContactId? Contact { get; init; }

    /// <summary>The member whose line was used; null if the line belongs to no member.</summary>
    [VectorStoreData(IsIndexed = true)]
    [PseudonymousData]
    public MemberId? Member { get; init; }

    /// <summary>The id of the source that reported the event.</summary>
    [VectorStoreData(IsIndexed = true)]
    public required Guid SourceId { get; init; }

    /// <summary>
    /// The body of the message, the transcript and the summary, each as far as it exists, separated by a blank line.
    /// Null if there is no text, if the member may not read it, or if the keys of the contact were destroyed. It cannot
    /// be used in a filter.
    /// </summary>
    [VectorStoreData(IsFullTextIndexed = true)]
    [ProtectedData]
    public string? Text { get; init; }

    internal static EventDocument Create(ConversationEvent e) =>
        new()
        {
            Id = e.Id,
            OccurredAt = e.OccurredAt,
            Channel = e.Channel,
            Direction = e.Direction,
            Outcome = e.Outcome,
            Contact = e.Contact,
            Member = e.Member,
            SourceId = e.SourceId,
            Text = TextOf(e.Content),
        };

    static string? TextOf(EventContent? content)
    {
        if (content is null)
            return null;
        string text = string.Join(
            "\n\n",
            new[] { content.Body, content.Transcript, content.Summary }.Where(part => !string.IsNullOrEmpty(part))
        );
        return text.Length > 0 ? text : null;
    }

    /// <summary>Returns the kind of event only; personal data is not included.</summary>
    public override string ToString() => $"{nameof(EventDocument)} {{ {Channel} {Direction} {Outcome} *** }}";
}
