using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Tests records of contacts with a privacy rule that are received again with another party, with another time, or as
/// deleted.
/// </summary>
public sealed partial class RestrictedRecordTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string First = "+4532100001",
        Second = "+4532100002";

    static readonly EventRecord Sms = new()
    {
        OccurredAt = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
        Channel = EventChannel.Sms,
        Direction = EventDirection.Inbound,
        Outcome = EventOutcome.Completed,
        Party = First,
        ExternalId = "m1",
        Body = "secret",
        Details = new() { Status = "received" },
        Parts = [new EventPart("image/png", "a.png")],
        OtherParties = [new EventParty("+4532100003", PartyRole.Cc)],
    };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PrivacyLevel.MetadataOnly, 0)]
    [InlineData(PrivacyLevel.Restricted, 0)]
    [InlineData(PrivacyLevel.Hidden, 0)]
    [InlineData(PrivacyLevel.MetadataOnly, 60)]
    [InlineData(PrivacyLevel.Restricted, 60)]
    [InlineData(PrivacyLevel.Hidden, 60)]
    public async Task Naming_another_party_does_not_reveal_content_of_a_restricted_contact(
        PrivacyLevel level,
        int seconds
    )
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"guarded {level} {seconds}", Cancellation);
        EventRecord record = Sms with { Member = org.Members[OrgRole.Member] };
        EventRecord[] known = [record, record with { ExternalId = "m2", Party = Second, Body = "open" }];
        Assert.Equal(2, (await DeliverAsync(org, org.As(OrgRole.Member), known)).Inserted);
        ContactId guarded = await ContactAsync(org, First),
            other = await ContactAsync(org, Second);
        await PrivacyRules.SetAsync(org, guarded, (short)level, Cancellation);
        string stored = $"""
            select encode(c.body::bytea, 'hex') from callintel_private.event_contents c
              join callintel_private.events e on e.org_id = c.org_id and e.id = c.event_id
             where e.org_id = '{org.Id}' and e.external_id = 'm1'
            """;
        string before = $"{await AdminAsync(stored)}";
        Assert.StartsWith("c101", before, StringComparison.Ordinal);

        EventRecord claimed = record with { Party = Second, OccurredAt = record.OccurredAt.AddSeconds(seconds) };
        foreach (
            EventRecord delivered in new[]
            {
                claimed with
                {
                    Body = null,
                },
                claimed,
                claimed with
                {
                    Party = null,
                },
                claimed with
                {
                    Body = "another",
                },
            }
        )
            await DeliverAsync(org, org.As(OrgRole.Member), delivered);

        // nor is it replaced: what the person's key protects stays under it, so that destroying the key destroys it
        Assert.Equal(before, $"{await AdminAsync(stored)}");
        Assert.Equal(
            $"{guarded} {(int)level} | {guarded} {(int)level} | {guarded} {(int)level} | {guarded} {(int)level} | "
                + $"{guarded} {(int)level}",
            await OwnersAsync(org, "m1")
        );
        Assert.Equal($"{other} 0 | {other} 0 | {other} 0 | {other} 0 | {other} 0", await OwnersAsync(org, "m2"));
        foreach (OrgRole role in new[] { OrgRole.Member, OrgRole.Analyst })
        {
            List<ConversationEvent> events = await ReadAsync(org.As(role));
            Assert.Equal(level is PrivacyLevel.MetadataOnly ? 2 : 1, events.Count);
            Assert.Equal("open", events.Single(e => e.ExternalId == "m2").Content?.Body);
            Assert.DoesNotContain(events, e =>
                e.ExternalId == "m1"
                && (e.Content is not null || e.Contact != guarded || e.OccurredAt != record.OccurredAt)
            );
        }
    }

    /// <summary>
    /// An admin without a purpose may not see the event, so a correction must not bring it into view.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task A_session_without_a_purpose_cannot_move_a_hidden_event_to_another_contact(int seconds)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"in view {seconds}", Cancellation);
        await DeliverAsync(org, org.As(OrgRole.Admin), Sms, Sms with { ExternalId = "m2", Party = Second });
        ContactId hidden = await ContactAsync(org, First);
        await PrivacyRules.SetAsync(org, hidden, (short)PrivacyLevel.Hidden, Cancellation);
        EventRecord moved = Sms with
        {
            Party = Second,
            OccurredAt = Sms.OccurredAt.AddSeconds(seconds),
            Body = null,
            Parts = [],
            Details = null,
            OtherParties = [],
        };

        // the result does not show a change either: a value without a change would reveal what is stored
        IngestReport report = await DeliverAsync(
            org,
            org.As(OrgRole.Admin),
            moved with
            {
                Outcome = EventOutcome.Failed,
                Details = new() { Status = "guess" },
            }
        );
        Assert.Equal((0, 0, 1), ((int)report.Inserted, (int)report.Updated, (int)report.Duplicate));
        Assert.DoesNotContain(await ReadAsync(org.As(OrgRole.Admin)), e => e.ExternalId == "m1");
        OrgIdentity withPurpose = org.As(OrgRole.Admin) with { Purpose = AccessPurpose.Support };
        Assert.Equal(hidden, (await EventAsync(withPurpose)).Contact);
        await using (OrgSession blind = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
            Assert.Equal(
                0,
                await blind
                    .QueryAsync(
                        "select 1 from callintel.event_keys",
                        row => row.GetInt32(0),
                        cancellationToken: Cancellation
                    )
                    .CountAsync(Cancellation)
            );

        // with a purpose it is a correction like others
        Assert.Equal(1, (await DeliverAsync(org, withPurpose, moved)).Updated);
        Assert.NotEqual(hidden, (await EventAsync(org.As(OrgRole.Admin))).Contact);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(-2_700_000)] // the month before
    public async Task A_correction_by_an_admin_moves_every_row_to_the_new_contact_and_leaves_content_under_its_key(
        int seconds
    )
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"corrected {seconds}", Cancellation);
        EventRecord record = Sms with { Member = org.Members[OrgRole.Member] };
        await DeliverAsync(org, org.As(OrgRole.Admin), record, record with { ExternalId = "m2", Party = Second });
        ContactId former = await ContactAsync(org, First),
            present = await ContactAsync(org, Second);
        await AdminAsync(
            $"""
            insert into callintel_private.embedding_models (org_id, model, name, dimensions, daily_limit, enabled_by)
            values ('{org.Id}', 1, 'words', 3, 0, '{org.Members[OrgRole.Owner]}');
            insert into callintel_private.event_embeddings (org_id, event_id, model, chunk, contact_id, member_id,
                content_hash, embedding)
            select org_id, id, 1, 0, contact_id, member_id, '\x00', '[1,2,3]' from callintel_private.events
             where org_id = '{org.Id}' and external_id = 'm1'
            """
        );

        EventRecord corrected = new()
        {
            OccurredAt = record.OccurredAt.AddSeconds(seconds),
            Channel = record.Channel,
            Direction = record.Direction,
            Outcome = record.Outcome,
            Party = Second,
            ExternalId = "m1",
            Member = org.Members[OrgRole.Analyst],
        };
        Assert.Equal(1, (await DeliverAsync(org, org.As(OrgRole.Admin), corrected)).Updated);

        Assert.Equal(
            $"{present} 0 | {present} 0 | {present} 0 | {present} 0 | {present} 0",
            await OwnersAsync(org, "m1")
        );
        Assert.Equal(
            $"{org.Members[OrgRole.Analyst]} {former} {former}",
            await AdminAsync(
                $"""
                select distinct concat_ws(' ', c.member_id, c.sealed_for, p.sealed_for) from callintel_private.events e
                  join callintel_private.event_contents c on c.org_id = e.org_id and c.event_id = e.id
                  and c.member_id = e.member_id
                  join callintel_private.event_parts p on p.org_id = e.org_id and p.event_id = e.id
                  and p.member_id = e.member_id
                  join callintel_private.event_details d on d.org_id = e.org_id and d.event_id = e.id
                  and d.member_id = e.member_id
                  join callintel_private.event_participants r on r.org_id = e.org_id and r.event_id = e.id
                  and r.member_id = e.member_id
                 where e.org_id = '{org.Id}' and e.external_id = 'm1'
                """
            )
        );
        // what is derived of the content of another contact is made anew
        Assert.Equal(
            "0",
            await AdminAsync($"select count(*)::text from callintel_private.event_embeddings where org_id = '{org.Id}'")
        );
        Assert.Equal("secret", (await EventAsync(org.As(OrgRole.Admin))).Content?.Body);

        // the key of the former contact still protects the content, and so does the rule of that contact
        await PrivacyRules.SetAsync(org, former, (short)PrivacyLevel.Hidden, Cancellation);
        ConversationEvent seen = await EventAsync(org.As(OrgRole.Analyst));
        Assert.Equal((present, null), (seen.Contact!.Value, seen.Content));
        Assert.Equal(
            "secret",
            (await EventAsync(org.As(OrgRole.Admin) with { Purpose = AccessPurpose.Support })).Content?.Body
        );
        Assert.Equal(
            $"{present} 0 | {present} 3 | {present} 0 | {present} 3 | {present} 0",
            await OwnersAsync(org, "m1")
        );
        await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
            Assert.Equal(
                "CI0198",
                (
                    await Assert.ThrowsAsync<CallIntelException>(() =>
                        admin.Keys.CryptoShredAsync(former, Cancellation)
                    )
                ).Code
            );
        await using (
            OrgSession admin = await fixture.Database.DataSource.OpenSessionAsync(
                org.As(OrgRole.Admin) with
                {
                    Purpose = AccessPurpose.SubjectRequest,
                },
                Cancellation
            )
        )
            await admin.Keys.CryptoShredAsync(former, Cancellation);
        Assert.Equal(
            DecryptResult.CryptoShredded,
            (await EventAsync(org.As(OrgRole.Admin) with { Purpose = AccessPurpose.Support })).Content?.Status
        );

        // received again, it is encrypted with the key of the contact that the event has now
        await DeliverAsync(org, org.As(OrgRole.Admin), corrected with { Body = "secret" });
        Assert.Equal("secret", (await EventAsync(org.As(OrgRole.Analyst))).Content?.Body);
        Assert.Equal(
            "",
            await AdminAsync(
                $"""
                select coalesce(string_agg(sealed_for::text, ' '), '') from callintel_private.event_contents
                 where org_id = '{org.Id}'
                """
            )
        );
    }

    /// <returns>The contact and level of the event and of what belongs to it: event, contents, details, parts,
    /// participants.</returns>
    Task<string> OwnersAsync(TestOrg org, string externalId) =>
        AdminAsync(
            $"""
            select concat_ws(' | ', e.contact_id || ' ' || e.level,
                   (select string_agg(distinct x.contact_id || ' ' || x.level, ', ')
                       from callintel_private.event_contents x where x.org_id = e.org_id and x.event_id = e.id),
                   (select string_agg(distinct x.contact_id || ' ' || x.level, ', ')
                       from callintel_private.event_details x where x.org_id = e.org_id and x.event_id = e.id),
                   (select string_agg(distinct x.contact_id || ' ' || x.level, ', ')
                       from callintel_private.event_parts x where x.org_id = e.org_id and x.event_id = e.id),
                   (select string_agg(distinct x.contact_id || ' ' || x.level, ', ')
                       from callintel_private.event_participants x where x.org_id = e.org_id and x.event_id = e.id))
              from callintel_private.events e where e.org_id = '{org.Id}' and e.external_id = '{externalId}'
            """
        );

    async Task<ContactId> ContactAsync(TestOrg org, string number)
    {
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        return (await admin.Contacts.FindByNumberAsync(number, cancellationToken: Cancellation))!.Value;
    }

    async Task<ConversationEvent> EventAsync(OrgIdentity who) =>
        (await ReadAsync(who)).Single(e => e.ExternalId == "m1");

    async Task<List<ConversationEvent>> ReadAsync(OrgIdentity who)
    {
        await using OrgSession session = await fixture.Database.DataSource.OpenSessionAsync(who, Cancellation);
        return await session
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .ToListAsync(Cancellation);
    }

    Task<IngestReport> DeliverAsync(TestOrg org, OrgIdentity who, params EventRecord[] records) =>
        DeliverAsync(org, who, true, records);

    async Task<IngestReport> DeliverAsync(
        TestOrg org,
        OrgIdentity who,
        bool timesMayChange,
        params EventRecord[] records
    )
    {
        Assert.Equal(org.Id, who.Org);
        await using OrgSession session = await fixture.Database.DataSource.OpenSessionAsync(who, Cancellation);
        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource("phone", TimesMayChange: timesMayChange),
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
        Assert.Equal((records.Length, 0), ((int)report.Read, (int)report.Rejected));
        return report;
    }

    async Task<string> AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync(Cancellation)}";
    }
}
