using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Audit;

/// <summary>An org with every kind of protected value, and every call of the SDK that returns text.</summary>
sealed class LedgerHarness
{
    LedgerHarness(TestOrg org, Guid message, ContactId contact, Guid run) =>
        (Org, Message, Contact, Run) = (org, message, contact, run);

    internal TestOrg Org { get; }

    /// <summary>An event with content, details and an attachment.</summary>
    internal Guid Message { get; }

    internal ContactId Contact { get; }

    /// <summary>A run with one rejected record.</summary>
    internal Guid Run { get; }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static async Task<LedgerHarness> CreateAsync(TestDatabase database, string name, int events = 3)
    {
        TestOrg org = await database.CreateOrgAsync(name, Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestReport report = await owner.Ingestion.IngestAsync(
            new IngestSource("phone", DefaultRegion: "DK"),
            Records(events).ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Assert.Equal((events, 1), (report.Inserted, report.Rejected));
        List<ConversationEvent> stored = await owner
            .Events.ReadAsync(EventFilter.All, Cancellation)
            .ToListAsync(Cancellation);
        ContactId contact = stored[0].Contact!.Value;
        await owner.Contacts.SetDisplayNameAsync(contact, "Ada", Cancellation);
        await owner.Members.SetDisplayNameAsync(org.Members[OrgRole.Owner], "Olga", Cancellation);
        await owner.Lines.AddAsync("+4532123456", null, "Support", "DK", Cancellation);
        return new LedgerHarness(org, stored[0].Id, contact, report.RunId);
    }

    /// <summary>Every call of a session that returns text of protected fields, with the fields that it opens.</summary>
    internal IEnumerable<(string Name, ProtectedFields Fields, Func<OrgSession, Task<string?>> Read)> Reads()
    {
        yield return ("read events with content", ProtectedFields.Body, async s =>
            (await s.Events.ReadAsync(EventFilter.All.WithContent().Newest(1), Cancellation).SingleAsync(Cancellation))
                .Content
                ?.Body
        );
        yield return ("find an event with content", ProtectedFields.Body, async s =>
            (await s.Events.FindWithContentAsync(Message, Cancellation))?.Content?.Body
        );
        yield return ("search by number", ProtectedFields.Body, async s =>
            (await s.Search.FindAsync(SearchQuery.For("+4520100000"), Cancellation)).Hits[0].Snippets[0].Text
        );
        yield return (
            "read events with details",
            ProtectedFields.OwnNumber | ProtectedFields.AttachmentReference,
            async s =>
                (
                    await s
                        .Events.ReadAsync(EventFilter.All.WithDetails().Newest(1), Cancellation)
                        .SingleAsync(Cancellation)
                )
                    .Details
                    ?.OwnNumber
        );
        yield return ("list numbers", ProtectedFields.ContactNumber, async s =>
            (await s.Contacts.ListNumbersAsync(Contact, Cancellation))[0].Value
        );
        yield return ("find a display name", ProtectedFields.ContactName, async s =>
            (await s.Contacts.FindDisplayNameAsync(Contact, Cancellation))?.Value
        );
        yield return ("list labels", ProtectedFields.ContactName | ProtectedFields.ContactNumber, async s =>
            (await s.Contacts.ListLabelsAsync([Contact], Cancellation))[Contact].Text
        );
        yield return ("list lines", ProtectedFields.LineNumber | ProtectedFields.LineLabel, async s =>
            (await s.Lines.ListAsync(Cancellation))[0].Number
        );
        yield return ("list profiles", ProtectedFields.MemberName, async s =>
            (await s.Members.ListProfilesAsync(Cancellation))
                .Values.Select(profile => profile.Name?.Value)
                .FirstOrDefault(name => name is not null)
        );
        yield return ("read rejected records", ProtectedFields.RejectedRecord, async s =>
            (await s.Ingestion.ReadRejectsAsync(Run, Cancellation).SingleAsync(Cancellation)).Raw
        );
        yield return (
            "export vCons",
            ProtectedFields.Body
                | ProtectedFields.OwnNumber
                | ProtectedFields.AttachmentReference
                | ProtectedFields.ContactNumber,
            async s =>
            {
                using MemoryStream destination = new();
                await VConExporter.WriteAsync(
                    s,
                    EventFilter.All.ForPurpose(AccessPurpose.SubjectRequest),
                    destination,
                    Cancellation
                );
                return System.Text.Encoding.UTF8.GetString(destination.ToArray());
            }
        );
    }

    internal async Task<List<AccessEntry>> EntriesAsync(AccessFilter? filter = null)
    {
        await using OrgSession owner = await Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await owner.Audit.ReadAccessesAsync(filter, Cancellation).ToListAsync(Cancellation);
    }

    static IEnumerable<EventRecord> Records(int count)
    {
        DateTimeOffset time = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < count; i++)
            yield return new EventRecord
            {
                OccurredAt = time.AddMinutes(-i),
                Channel = EventChannel.Mms,
                Direction = EventDirection.Inbound,
                Outcome = EventOutcome.Completed,
                Party = $"+45201000{i % 10:00}",
                ExternalId = $"m{i}",
                Body = $"text {i}",
                Details = new EventDetails { OwnNumber = "+4532123456", Status = "received" },
                Parts = [new EventPart("image/png", $"https://example.org/{i}.png", 1)],
            };
        yield return Rejected("bad");
    }

    /// <summary>A record that is rejected.</summary>
    internal static EventRecord Rejected(string id) =>
        new()
        {
            OccurredAt = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            Party = "\0",
            ExternalId = id,
            Body = "rejected text",
            Raw = "rejected text",
        };
}
