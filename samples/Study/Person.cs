using CallIntel.Sdk;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Study;

/// <summary>The participant of the study who makes the requests: the one that the org calls most often.</summary>
sealed record Person(ContactId Contact, string Id)
{
    /// <summary>Chooses the person, and stores a text, because the records of the study have none.</summary>
    public static async Task<Person> ChooseAsync(OrgSession session, CancellationToken stop)
    {
        Dictionary<ContactId, int> calls = [];
        await foreach (ConversationEvent e in session.Events.ReadAsync(EventFilter.All, stop))
            if (e.Contact is { } contact)
                calls[contact] = calls.GetValueOrDefault(contact) + 1;
        // The note of the import has a telephone number; participants of the study have opaque ids.
        foreach (ContactId contact in calls.OrderByDescending(c => c.Value).Select(c => c.Key))
        {
            IReadOnlyList<ContactNumber> numbers = await session.Contacts.ListNumbersAsync(contact, stop);
            if (numbers is not [{ Kind: NumberKind.OpaqueId, Value: { } id }, ..])
                continue;
            EventRecord text = new()
            {
                OccurredAt = new DateTimeOffset(2026, 1, 25, 12, 0, 0, TimeSpan.Zero),
                Channel = EventChannel.Sms,
                Direction = EventDirection.Inbound,
                Party = id,
                PartyKind = PartyKind.OpaqueId,
                ExternalId = "sample-1",
                Body = "the key is under the blue flowerpot",
            };
            await session.Ingestion.WriteAsync(new IngestSource("sample"), [text], stop);
            await session.Contacts.SetDisplayNameAsync(contact, "Participant", stop);
            return new Person(contact, id);
        }
        throw new InvalidOperationException("The records contain no participant.");
    }
}
