using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Privacy.PrivacyHarness;

namespace CallIntel.Sdk.IntegrationTests.Contacts;

public sealed partial class ContactMergeTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_surviving_contact_gets_numbers_events_and_name_of_the_merged_one()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "merged", 3);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        await admin.Contacts.SetDisplayNameAsync(contacts[0], null, Cancellation);

        ContactMerge merge = await admin.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);

        Assert.Equal(new ContactMerge(contacts[0], 3), merge);
        foreach (OrgSession session in new[] { admin, analyst })
        {
            Assert.Equal(6, await EventsWithAsync(session, contacts[0]));
            Assert.Equal(6, await ContentsWithAsync(session, contacts[0]));
            Assert.Equal(0, await EventsWithAsync(session, contacts[1]));
            Assert.Equal(3, await ContentsWithAsync(session, contacts[2]));
            Assert.Equal(
                new HashSet<string?> { NumberOf(0), NumberOf(1) },
                (await session.Contacts.ListNumbersAsync(contacts[0], Cancellation)).Select(n => n.Value).ToHashSet()
            );
            Assert.Equal(
                contacts[0],
                await session.Contacts.FindByNumberAsync(NumberOf(1), cancellationToken: Cancellation)
            );
            Assert.Equal(
                "Person 1",
                (await session.Contacts.ListLabelsAsync([contacts[0]], Cancellation))[contacts[0]].Text
            );
            Assert.Equal([contacts[1]], await session.Contacts.ListMergedAsync(contacts[0], Cancellation));
            Assert.Equal(contacts[0], await session.Contacts.FindSurvivorAsync(contacts[1], Cancellation));
            Assert.Equal(contacts[2], await session.Contacts.FindSurvivorAsync(contacts[2], Cancellation));
        }
        Assert.Equal(
            new ContactMerge(contacts[0], 0),
            await admin.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation)
        );
        Assert.Equal(
            $"merge {contacts[1]} 3, merge {contacts[0]} 3",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action || ' ' || subject_id || ' ' || row_count, ', ' order by id)
                  from callintel_private.audit_log where org_id = $1 and op = 0 and object = 'contacts'
                """,
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task Records_of_a_merged_number_go_to_the_survivor_and_reimporting_changes_nothing()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "merged ingestion", 2);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);

        IngestReport again = await IngestAsync(admin, [.. Stored(2)]);
        Assert.Equal((0, 0, 6), (again.Inserted, again.Updated, again.Duplicate));
        // as a batch, one by one and several at once
        IngestReport batch = await IngestAsync(admin, Later(10), Later(11));
        Assert.Equal(2, batch.Inserted);
        await admin.Ingestion.WriteAsync(new IngestSource("privacy"), [Later(12)], Cancellation);
        await admin.Ingestion.WriteAsync(new IngestSource("privacy"), [Later(13), Later(14)], Cancellation);
        Assert.Equal(11, await EventsWithAsync(admin, contacts[0]));
        Assert.Equal(11, await ContentsWithAsync(admin, contacts[0]));
        // the same records again, and changed
        Assert.Equal(2, (await IngestAsync(admin, Later(10), Later(12))).Duplicate);
        IngestReport changed = await IngestAsync(
            admin,
            Later(10) with
            {
                Body = "changed",
            },
            Later(13) with
            {
                OccurredAt = Later(13).OccurredAt.AddSeconds(5),
            }
        );
        Assert.Equal((0, 2), (changed.Inserted, changed.Updated));
        await admin.Ingestion.WriteAsync(
            new IngestSource("privacy"),
            [Later(11) with { Outcome = EventOutcome.Failed }, Later(14)],
            Cancellation
        );
        Assert.Equal(11, await EventsWithAsync(admin, contacts[0]));
        Assert.Equal(10, await ContentsWithAsync(admin, contacts[0]));
        Assert.Equal(
            8L,
            await ScalarAsync<long>(
                fixture.Database,
                """
                select count(*) from callintel_private.events e
                  join callintel_private.event_contents c on c.org_id = e.org_id and c.event_id = e.id
                 where e.org_id = $1 and e.merged_from = $2 and c.sealed_for = $2 and e.contact_id = $3
                """,
                org.Id.Value,
                contacts[1].Value,
                contacts[0].Value
            )
        );

        // a corrected party leaves the group, and one of the other contact stays in it
        await IngestAsync(admin, Later(12) with { Party = "+4520000299" }, Later(11) with { Party = NumberOf(0) });
        Assert.Equal(10, await EventsWithAsync(admin, contacts[0]));
        Assert.Equal(9, await ContentsWithAsync(admin, contacts[0]));

        await admin.Contacts.SplitAsync(contacts[1], Cancellation);
        Assert.Equal((4, 6), (await EventsWithAsync(admin, contacts[0]), await EventsWithAsync(admin, contacts[1])));
        Assert.Equal(
            (4, 5),
            (await ContentsWithAsync(admin, contacts[0]), await ContentsWithAsync(admin, contacts[1]))
        );
        Assert.Equal(
            0L,
            await ScalarAsync<long>(
                fixture.Database,
                """
                select count(*) from callintel_private.event_contents c
                  join callintel_private.data_keys k on k.org_id = c.org_id and k.key_id = substr(c.body::bytea, 4, 32)
                 where c.org_id = $1 and k.subject_id <> coalesce(c.sealed_for, c.contact_id)
                """,
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task Splitting_restores_what_was_merged()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "split", 4);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Contacts.SetDisplayNameAsync(contacts[0], null, Cancellation);
        await admin.Privacy.SetAsync(
            contacts[1],
            new PrivacyRule { Level = PrivacyLevel.Restricted, NoSearch = true },
            Cancellation
        );
        string before = await StateAsync(org);

        await admin.Contacts.MergeAsync(contacts[2], contacts[1], Cancellation);
        await admin.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);
        await admin.Contacts.MergeAsync(contacts[3], contacts[1], Cancellation);
        Assert.Equal(
            contacts[1..].OrderBy(c => c.Value.ToString()),
            await admin.Contacts.ListMergedAsync(contacts[0], Cancellation)
        );
        Assert.Equal(12, await ContentsWithAsync(admin, contacts[0]));
        await using (OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation))
            Assert.Equal(0, await EventsWithAsync(analyst, contacts[0]));
        Assert.Equal(3, await admin.Contacts.SplitAsync(contacts[1], Cancellation));
        // without the restricted contact, the others are visible again
        await using (OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation))
            Assert.Equal(9, await ContentsWithAsync(analyst, contacts[0]));
        await admin.Contacts.SplitAsync(contacts[3], Cancellation);
        await admin.Contacts.SplitAsync(contacts[2], Cancellation);

        Assert.Equal(before, await StateAsync(org));
        for (int i = 0; i < contacts.Length; i++)
        {
            Assert.Equal(3, await ContentsWithAsync(admin, contacts[i]));
            Assert.Equal(
                contacts[i],
                await admin.Contacts.FindByNumberAsync(NumberOf(i), cancellationToken: Cancellation)
            );
        }
        Assert.Null(await admin.Contacts.FindDisplayNameAsync(contacts[0], Cancellation));
        Assert.Equal("Person 1", (await admin.Contacts.FindDisplayNameAsync(contacts[1], Cancellation))!.Value);
        await RefusedAsync(ErrorCodes.ContactMerged, () => admin.Contacts.SplitAsync(contacts[1], Cancellation));
    }

    [Fact]
    public async Task Participants_of_a_merged_contact_become_participants_of_the_survivor_until_the_split()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "merged participants", 3);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await IngestAsync(admin, WithParty(10));
        await admin.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);
        await IngestAsync(admin, WithParty(11));
        Assert.Equal(2, (await IngestAsync(admin, WithParty(10), WithParty(11))).Duplicate);
        Assert.Equal((2L, 0L), (await PartiesAsync(contacts[0]), await PartiesAsync(contacts[1])));
        await admin.Contacts.SplitAsync(contacts[1], Cancellation);
        Assert.Equal((0L, 2L), (await PartiesAsync(contacts[0]), await PartiesAsync(contacts[1])));

        static EventRecord WithParty(int number) =>
            Later(number) with
            {
                Party = NumberOf(2),
                OtherParties = [new EventParty(NumberOf(1), PartyRole.To)],
            };

        Task<long> PartiesAsync(ContactId contact) =>
            ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.event_participants where org_id = $1 and party_id = $2",
                org.Id.Value,
                contact.Value
            );
    }

    [Fact]
    public async Task Erasing_one_of_the_merged_contacts_erases_both()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "erased together", 3);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);
        Assert.Equal(2, await admin.Keys.CryptoShredAsync(contacts[0], Cancellation));
        Assert.Equal(6, await EventsWithAsync(admin, contacts[0]));
        Assert.Equal(0, await ContentsWithAsync(admin, contacts[0]));
        Assert.Equal(3, await ContentsWithAsync(admin, contacts[2]));
        Assert.All(await admin.Contacts.ListNumbersAsync(contacts[0], Cancellation), n => Assert.Null(n.Value));
        // nothing of either is stored in plain afterwards
        await IngestAsync(admin, Later(10), Later(11) with { Party = NumberOf(0) });
        Assert.Equal(0, await ContentsWithAsync(admin, contacts[0]));
        await RefusedAsync(ErrorCodes.KeyUnavailable, () =>
            admin.Contacts.MergeAsync(contacts[0], contacts[2], Cancellation)
        );

        await admin.Contacts.SplitAsync(contacts[1], Cancellation);
        Assert.Equal(0, await ContentsWithAsync(admin, contacts[1]));
    }

    [Fact]
    public async Task After_a_split_the_keys_of_the_two_are_independent_even_if_the_number_index_was_rotated()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "rotated while merged", 2);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);
        await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation);
        await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation);
        await IngestAsync(owner, Later(10));
        await owner.Contacts.SplitAsync(contacts[1], Cancellation);
        await owner.Keys.CryptoShredAsync(contacts[0], Cancellation);
        Assert.Equal(0, await ContentsWithAsync(owner, contacts[0]));
        Assert.Equal(4, await ContentsWithAsync(owner, contacts[1]));
        Assert.Equal(
            NumberOf(1),
            Assert.Single(await owner.Contacts.ListNumbersAsync(contacts[1], Cancellation)).Value
        );
    }

    [Fact]
    public async Task A_merge_and_a_batch_at_the_same_time_leave_no_event_with_the_merged_contact()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "merge race", 2);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        for (int round = 0; round < 5; round++)
        {
            int first = 100 * (round + 1);
            Task<IngestReport> ingest = IngestAsync(admin, [.. Enumerable.Range(first, 40).Select(Later)]);
            Task<ContactMerge> merge = admin.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);
            await Task.WhenAll(ingest, merge);
            Assert.Equal(0, await EventsWithAsync(admin, contacts[1]));
            Assert.Equal(6 + 40 * (round + 1), await ContentsWithAsync(admin, contacts[0]));
            await admin.Contacts.SplitAsync(contacts[1], Cancellation);
            Assert.Equal(3, await ContentsWithAsync(admin, contacts[0]));
        }
    }

    static IEnumerable<EventRecord> Stored(int contacts) =>
        Enumerable
            .Range(0, 3 * contacts)
            .Select(i =>
                Like() with
                {
                    Party = NumberOf(i % contacts),
                    ExternalId = $"{i}",
                    OccurredAt = Like().OccurredAt.AddMinutes(i),
                }
            );

    static EventRecord Later(int number) =>
        Like() with
        {
            Party = NumberOf(1),
            ExternalId = $"{number}",
            OccurredAt = Like().OccurredAt.AddMinutes(number),
        };

    static EventRecord Like() =>
        GeneratedRecords.Take(1).Single() with
        {
            Channel = EventChannel.Sms,
            Duration = null,
            Body = "said",
            TimeMayChange = true,
        };

    static Task<IngestReport> IngestAsync(OrgSession session, params EventRecord[] records) =>
        session.Ingestion.IngestAsync(
            new IngestSource("privacy"),
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );

    /// <summary>Everything that merging changes, and splitting restores.</summary>
    async Task<string> StateAsync(TestOrg org) =>
        (
            await ScalarAsync<string>(
                fixture.Database,
                """
                select jsonb_pretty(jsonb_build_object(
                    'contacts', (select jsonb_agg(to_jsonb(c) order by c.id) from callintel_private.contacts c
                                  where c.org_id = $1),
                    'numbers', (select jsonb_agg(to_jsonb(c) order by c.number_index)
                                  from callintel_private.contact_numbers c where c.org_id = $1),
                    'names', (select jsonb_agg(to_jsonb(c) order by c.contact_id)
                                from callintel_private.contact_profiles c where c.org_id = $1),
                    'rules', (select jsonb_agg(to_jsonb(c) - 'set_at' - 'set_by' order by c.contact_id)
                                from callintel_private.privacy_rules c where c.org_id = $1 and c.level > 0),
                    'listed', (select jsonb_agg(to_jsonb(c) order by c.contact_id, c.member_id)
                                 from callintel_private.privacy_rule_members c where c.org_id = $1),
                    'events', (select jsonb_agg(to_jsonb(c) order by c.id)
                                 from callintel_private.events c where c.org_id = $1),
                    'contents', (select jsonb_agg(to_jsonb(c) order by c.event_id)
                                   from callintel_private.event_contents c where c.org_id = $1)))
                """,
                org.Id.Value
            )
        )!;
}
