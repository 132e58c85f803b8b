using CallIntel.Sdk;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Embeddings;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.SubjectRequests;

/// <summary>
/// A person who is stored in every way that the SDK knows: in all written forms of the number, with distinct words in
/// every kind of text, in a group message of somebody else, indexed for search, embedded, rejected and held.
/// </summary>
static class PlantedPerson
{
    internal const string Number = "+4529837461",
        Other = "+4520000072",
        Model = "words";

    const int Unrelated = 200;

    /// <summary>Texts of which no encoding may be left.</summary>
    internal static readonly string[] Texts =
    [
        "4529837461",
        "29837461",
        "29 83 74 61",
        "29-83-74-61",
        "29.83.74.61",
        "29/83/74/61",
        "2983 7461",
        "2983-7461",
        "zwetschgenmus-4a1c",
        "krydderurt\u00f8-91be",
        "opsummering-77d0",
        "Kanarie \u00d8deg\u00e5rd",
        "afvist-hemmelig-5520",
        "notat-om-sagen-3f3f",
    ];

    static readonly string[] Notations =
    [
        "+4529837461",
        "004529837461",
        "29837461",
        "29 83 74 61",
        "29-83-74-61",
        "2983 7461",
        "29.83.74.61",
        "+45 29 83 74 61",
        "+45-29-83-74-61",
        "(+45) 29 83 74 61",
        "tel:+4529837461",
        "+45\u00a029\u00a083\u00a074\u00a061",
        "29/83/74/61",
        "2983-7461",
        "\uff0b\uff14\uff15\uff12\uff19\uff18\uff13\uff17\uff14\uff16\uff11",
    ];

    internal static EmbeddingModelOptions Embeddings { get; } = WordModel.Options(Model, new WordModel());

    /// <returns>The contact of the person.</returns>
    internal static async Task<ContactId> PlantAsync(SubjectOrg org)
    {
        await using (
            OrgSession owner = await org.Source.OpenSessionAsync(
                org.Org.As(OrgRole.Owner) with
                {
                    Purpose = AccessPurpose.SubjectRequest,
                }
            )
        )
        {
            await owner.Search.EnableTextAsync(SearchLanguage.English);
            await owner.Embeddings.EnableAsync(Model, WordModel.Size, 100_000);
        }
        await org.IngestAsync(Records(org));
        ContactId contact = await org.ContactAsync(Number);
        await org.Admin.Contacts.SetDisplayNameAsync(contact, Texts[11]);
        LegalHoldId hold = await org.Admin.SubjectRequests.HoldAsync(contact, LegalHoldReason.Other, Texts[13]);
        await org.Admin.SubjectRequests.ReleaseAsync(hold);
        await WorkAsync(org);
        // Caches of this process know the person.
        if (
            (await org.Admin.Search.FindAsync(Texts[8])).Hits.Count == 0
            || await org.Admin.Events.ReadAsync(EventFilter.All.ForContact(contact).WithContent()).CountAsync() == 0
        )
            throw new InvalidOperationException("The planted person is not found.");
        return contact;
    }

    /// <summary>Runs a worker until all contents are indexed and embedded.</summary>
    static async Task WorkAsync(SubjectOrg org)
    {
        await org.Admin.Embeddings.EnqueueAsync();
        using CallIntelWorker worker = new(
            org.Source,
            [],
            new JobWorkerOptions { PollInterval = TimeSpan.FromMilliseconds(20) }
        );
        await worker.StartAsync(CancellationToken.None);
        while (
            await org.Admin.Search.ReadIndexAsync() is not { IsComplete: true }
            || (await org.Admin.Embeddings.CountAsync()) is not [{ Events: > Unrelated }]
        )
            await Task.Delay(20);
        await worker.StopAsync(CancellationToken.None);
    }

    static IEnumerable<EventRecord> Records(SubjectOrg org)
    {
        int second = 0;
        foreach (string notation in Notations)
            yield return SubjectOrg.Message(
                notation,
                $"{org.Org.Id}-{second:0000}",
                second++,
                $"{Texts[8]} and {Texts[9]}, call {notation} number {second}"
            );
        yield return new EventRecord
        {
            OccurredAt = SubjectOrg.Begin.AddSeconds(second),
            Channel = EventChannel.Call,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            Duration = TimeSpan.FromMinutes(3),
            Party = Number,
            ExternalId = $"{org.Org.Id}-{second++:0000}",
            Transcript = $"My name is {Texts[11]}, {Texts[9]}.",
            Summary = $"{Texts[10]} of {Number}",
        };
        for (int i = 0; i < Unrelated; i++)
            yield return SubjectOrg.Message(Other, $"{org.Org.Id}-{second:0000}", second++, $"unrelated text {i}");
        yield return SubjectOrg.Message(Other, $"{org.Org.Id}-{second:0000}", second++, "to a group") with
        {
            Channel = EventChannel.Mms,
            OtherParties = [new EventParty("29 83 74 61")],
        };
        yield return EventRecord.Unreadable(RejectReason.Malformed, $"from: 29 83 74 61, {Texts[12]}");
        yield return EventRecord.Unreadable(RejectReason.Malformed, "from: 20 00 00 72, unrelated");
    }

    /// <summary>Values of the person that only the database has: ciphertexts, digests, ids and wrapped keys.</summary>
    internal static async Task<List<StoredValue>> CaptureAsync(TestDatabase database, ContactId contact)
    {
        List<StoredValue> values = [];
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            """
            with mine as (
                select e.org_id, e.id, e.external_id from callintel_private.events e where e.contact_id = $1
            )
            select 'number', n.number::bytea from callintel_private.contact_numbers n where n.contact_id = $1
            union all
            select 'blind index', uuid_send(n.number_index) from callintel_private.contact_numbers n
             where n.contact_id = $1
            union all
            select 'name', p.display_name::bytea from callintel_private.contact_profiles p where p.contact_id = $1
            union all
            select 'content', x.text::bytea from callintel_private.event_contents c,
                   lateral (values (c.body), (c.transcript), (c.summary)) x (text)
             where c.contact_id = $1 and x.text is not null
            union all
            select 'event id', uuid_send(m.id) from mine m
            union all
            select 'external id', convert_to(m.external_id, 'UTF8') from mine m
            union all
            select 'wrapped key', k.wrapped from callintel_private.data_keys k
             where k.subject_id = $1 and k.wrapped is not null
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = contact.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            values.Add(new StoredValue(reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        return values;
    }
}

/// <summary>A value of a planted person, as the database stored it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The value.</param>
sealed record StoredValue(string Kind, byte[] Bytes)
{
    /// <summary>
    /// The part that no other value shares: an envelope begins with its version and the id of its key, which stays.
    /// </summary>
    internal byte[] Distinct => Bytes.Length > 60 && Kind is "number" or "name" or "content" ? Bytes[36..] : Bytes;
}
