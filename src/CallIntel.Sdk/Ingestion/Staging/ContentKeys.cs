using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>Decides whose key protects the content and the attachments of a record.</summary>
static class ContentKeys
{
    /// <summary>
    /// Returns the subject of the key: the people of a record with several, the contact, or the month if no number is
    /// known.
    /// </summary>
    internal static KeySubject Of(in StagedEvent row) =>
        row.Conversation is { } conversation ? conversation.Subject
        : row.Contact is { } contact ? KeySubject.Person(contact)
        : ScopeKeys.Contents(row.OccurredAt);

    internal static KeyDemand DemandOf(in StagedEvent row, int uses) =>
        new(Of(row), uses) { Conversation = row.Conversation };

    /// <summary>
    /// Sets the conversation of each record with several people. Their contacts must be resolved, and records of
    /// suppressed numbers removed.
    /// </summary>
    internal static void SetConversations(StagedRows rows)
    {
        foreach (ref StagedEvent row in rows)
            if (row.Details is { Participants.Length: > 0 } details)
                row.Conversation = Find(row, details.Participants);
    }

    static KeyConversation? Find(in StagedEvent row, StagedParticipant[] participants)
    {
        HashSet<Guid> people = [.. participants.Where(p => p.Contact is not null).Select(p => p.Contact!.Value)];
        if (row.Contact is { } contact)
            people.Add(contact);
        return people.Count < 2 ? null : new KeyConversation(people, AuthorOf(row, participants));
    }

    /// <summary>
    /// The person who wrote or spoke all of the content: the sender of a received message. Of a call, several people
    /// are heard, and what the org sent is not theirs.
    /// </summary>
    static Guid? AuthorOf(in StagedEvent row, StagedParticipant[] participants)
    {
        if (row.Direction != (short)EventDirection.Inbound || row.Channel == (short)EventChannel.Call)
            return null;
        Guid[] senders =
        [
            .. participants
                .Where(p => p.Party.Role is PartyRole.From && p.Contact is not null)
                .Select(p => p.Contact!.Value)
                .Distinct(),
        ];
        return senders.Length == 1 ? senders[0] : row.Contact;
    }
}
