using CallIntel.Sdk.Events;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using static CallIntel.Sdk.IntegrationTests.Encryption.ConversationHarness;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>An erasure takes what is the person's out of events of several people, and leaves the rest.</summary>
public sealed class GroupErasureTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erasing_a_recipient_leaves_the_message_to_the_others_without_a_reference()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "recipient");
        await StoreAsync(org.Admin, Sent("to all", Anna, Bo, Carl));
        ContactId anna = await ContactAsync(org.Admin, Anna),
            carl = await ContactAsync(org.Admin, Carl);

        ErasureStatement says = await EraseAsync(org, Bo);

        ConversationEvent left = await ReadOneAsync(org.Admin);
        Assert.Equal(("to all", anna), (left.Content!.Body, left.Contact));
        Assert.Equal([null, carl], left.OtherParties.Select(p => p.Contact).OrderBy(c => c is not null));
        Assert.Equal(ErasureAction.Anonymize, says.Rows.Single(r => r.Table == "event_participants").Action);
        Assert.Contains(says.Exemptions, e => e.Table == "event_participants");
        Assert.DoesNotContain(says.Rows, r => r.Table is "events" or "event_contents");
        Assert.Equal(1, says.Rows.Single(r => r.Table == "conversation_keys").Rows);
    }

    [Fact]
    public async Task Erasing_the_contact_of_a_message_gives_it_to_the_next_recipient()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "first recipient");
        await StoreAsync(org.Admin, Sent("to all", Anna, Bo, Carl), Sent("to Anna alone", Anna));
        ContactId bo = await ContactAsync(org.Admin, Bo),
            carl = await ContactAsync(org.Admin, Carl);

        ErasureStatement says = await EraseAsync(org, Anna);

        ConversationEvent left = await ReadOneAsync(org.Admin);
        Assert.Equal(("to all", bo), (left.Content!.Body, left.Contact));
        Assert.Equal([null, carl], left.OtherParties.Select(p => p.Contact).OrderBy(c => c is not null));
        Assert.Equal(0, says.RowsLeft);
        Assert.Equal(
            [(ErasureAction.Delete, 1L), (ErasureAction.Anonymize, 1L)],
            says.Rows.Where(r => r.Table == "events").Select(r => (r.Action, r.Rows)).OrderBy(r => r.Action)
        );
        Assert.Contains(says.Exemptions, e => e.Table == "events" && e.Reason.Contains("other people"));
        Assert.Single(await EventsOfAsync(org.Admin, bo));
    }

    [Fact]
    public async Task Erasing_the_sender_deletes_what_the_sender_wrote()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "sender");
        await StoreAsync(org.Admin, Received("Anna wrote", Anna, Bo, Carl), Received("Bo wrote", Bo, Anna, Carl));

        ErasureStatement says = await EraseAsync(org, Anna);

        Assert.Equal("Bo wrote", (await ReadOneAsync(org.Admin)).Content!.Body);
        Assert.Equal(ErasureAction.Delete, says.Rows.Single(r => r.Table == "events").Action);
        // Anna's own key, and that of the conversation in which Anna wrote.
        Assert.Equal(2, says.DestroyedKeys.Count);
    }

    [Fact]
    public async Task Erasing_a_sender_who_is_a_further_party_deletes_the_text_and_leaves_the_event()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "other sender");
        await StoreAsync(
            org.Admin,
            Received("Bo wrote", Anna, Carl) with
            {
                OtherParties = [new EventParty(Bo, PartyRole.From), new EventParty(Carl)],
                Parts = [new EventPart("image/png", "a.png")],
            }
        );

        ErasureStatement says = await EraseAsync(org, Bo);

        ConversationEvent left = await ReadOneAsync(org.Admin);
        Assert.Null(left.Content);
        Assert.Empty(left.Parts);
        Assert.Equal(await ContactAsync(org.Admin, Anna), left.Contact);
        Assert.Equal(ErasureAction.Redact, says.Rows.Single(r => r.Table == "event_contents").Action);
        Assert.Equal(1, says.Rows.Single(r => r.Table == "event_parts").Rows);
    }

    [Fact]
    public async Task A_transcript_of_several_people_stays_until_the_last_of_them_is_erased()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "conference");
        await StoreAsync(org.Admin, Conference("all of us spoke", Anna, Bo, Carl));
        foreach (string number in new[] { Anna, Carl })
        {
            await EraseAsync(org, number);
            Assert.Equal("all of us spoke", (await ReadOneAsync(org.Admin)).Content!.Transcript);
        }

        ErasureStatement says = await EraseAsync(org, Bo);

        Assert.Empty(await ReadAsync(org.Admin));
        Assert.Equal((1L, 0L), (says.Rows.Single(r => r.Table == "events").Rows, says.RowsLeft));
        Assert.Equal(2, says.DestroyedKeys.Count);
        Assert.Equal(
            0L,
            await ScalarAsync<long>(
                fixture.Database,
                """
                select (select count(*) from callintel_private.conversation_keys where org_id = $1)
                     + (select count(*) from callintel_private.data_keys
                         where org_id = $1 and purpose = 'conversation' and state <> 4)
                """,
                org.Org.Id.Value
            )
        );
    }

    [Fact]
    public async Task People_who_are_erased_together_are_the_last_ones()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "together");
        await StoreAsync(org.Admin, Sent("to both", Anna, Bo));
        SubjectRequestId request = await org.OpenAsync(
            await ContactAsync(org.Admin, Anna),
            await ContactAsync(org.Admin, Bo)
        );
        await org.Admin.Erasures.RequestAsync(request.Value, true, Cancellation);

        ErasureCertificate certificate = await org.Admin.Erasures.RunAsync(request.Value, Cancellation);

        Assert.Empty(await ReadAsync(org.Admin));
        Assert.Equal((0L, 3), (certificate.Statement.RowsLeft, certificate.Statement.DestroyedKeys.Count));
    }

    [Fact]
    public async Task Another_process_cannot_read_an_erased_sender_and_reads_the_others()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "elsewhere");
        await StoreAsync(org.Admin, Sent("to all", Anna, Bo), Received("Anna wrote", Anna, Bo));
        await EraseAsync(org, Anna);

        await using CallIntelDataSource other = fixture.Database.CreateDataSource(options =>
            options.Erasure.LedgerSink = org.Sink
        );
        await using OrgSession session = await other.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation);
        Assert.Equal("to all", (await ReadOneAsync(session)).Content!.Body);
    }

    [Fact]
    public async Task An_event_that_was_given_away_counts_for_its_new_contact()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "levels");
        await StoreAsync(org.Admin, Sent("to all", Anna, Bo));
        ContactId bo = await ContactAsync(org.Admin, Bo);
        await org.Admin.Privacy.SetAsync(bo, new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);

        await EraseAsync(org, Anna);

        await using OrgSession member = await org.DataSource.OpenSessionAsync(
            org.Org.As(OrgRole.Analyst),
            Cancellation
        );
        Assert.Empty(await ReadAsync(member));
        Assert.Equal("to all", (await ReadOneAsync(org.Admin)).Content!.Body);
    }

    static async Task<ErasureStatement> EraseAsync(ErasureOrg org, string number)
    {
        Guid request = await org.RequestAsync(await ContactAsync(org.Admin, number));
        ErasureCertificate certificate = await org.Admin.Erasures.RunAsync(request, Cancellation);
        Assert.Equal(0, certificate.Statement.RowsLeft);
        return certificate.Statement;
    }

    static async Task<List<ConversationEvent>> EventsOfAsync(OrgSession session, ContactId contact) =>
        await session.Events.ReadAsync(EventFilter.All.ForContact(contact), Cancellation).ToListAsync(Cancellation);
}
