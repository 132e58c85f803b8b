using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Events;

/// <summary>
/// Tests that details, attachments and further participants follow the same access rules as events and their content.
/// </summary>
public sealed class DetailsReadTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly DateTimeOffset Start = new(2026, 1, 12, 9, 0, 0, TimeSpan.Zero);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stored_details_and_attachments_are_returned()
    {
        TestOrg org = await StoreAsync([
            Message(0),
            Message(1) with
            {
                Parts = [],
                OtherParties = [],
                Details = null,
                ModifiedAt = null,
            },
        ]);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        List<ConversationEvent> read = await session
            .Events.ReadAsync(
                EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent().WithDetails(),
                Cancellation
            )
            .ToListAsync(Cancellation);

        ConversationEvent plain = read[0],
            rich = read[1];
        Assert.Null(plain.Details);
        Assert.Empty(plain.Parts);
        Assert.Empty(plain.OtherParties);
        Assert.Equal("hello 0", rich.Content!.Body);
        Assert.Equal(
            new ConversationDetails
            {
                ConversationId = "thread",
                ParentId = "parent",
                Leg = 2,
                Status = "delivered",
                ErrorCode = "30003",
                Price = -0.0075m,
                Currency = "USD",
                OwnNumber = "+4588880000",
                ModifiedAt = Start.AddDays(1),
            },
            rich.Details
        );
        Assert.Equal(
            [
                new ConversationPart("image/jpeg", "https://example.org/0.jpg", 4711),
                new ConversationPart("text/plain", "sha256:00 note.txt", null),
            ],
            rich.Parts
        );
        ContactId friend = (
            await session.Contacts.FindByNumberAsync("+4520999999", cancellationToken: Cancellation)
        )!.Value;
        Assert.Equal(
            [
                new ConversationParty(friend, PartyRole.Cc),
                new ConversationParty(null, PartyRole.Leg)
                {
                    StartedAt = Start.AddSeconds(5),
                    Duration = TimeSpan.FromSeconds(9),
                    Outcome = EventOutcome.Missed,
                    Status = "FindMe",
                },
            ],
            rich.OtherParties
        );

        ConversationEvent found = (await session.Events.FindWithDetailsAsync(rich.Id, Cancellation))!;
        Assert.Equal((rich.Details, "hello 0"), (found.Details, found.Content!.Body));
        Assert.Equal(rich.Parts, found.Parts);
        Assert.Equal(rich.OtherParties, found.OtherParties);
        Assert.Null((await session.Events.FindWithContentAsync(rich.Id, Cancellation))!.Details);
        Assert.Null(
            (
                await session
                    .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithDetails(), Cancellation)
                    .FirstAsync(Cancellation)
            ).Content
        );
    }

    [Fact]
    public async Task Paging_over_two_months_neither_skips_nor_repeats_events()
    {
        TestOrg org = await StoreAsync([
            .. Enumerable.Range(0, 250).Select(i => Message(i) with { OccurredAt = Start.AddHours(4 * i) }),
        ]);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        List<ConversationEvent> read = await session
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithDetails(), Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, 250).Reverse().Select(i => $"m{i}"), read.Select(e => e.ExternalId));
        Assert.All(read, e => Assert.Equal($"https://example.org/{e.ExternalId![1..]}.jpg", e.Parts[0].Reference));
        Assert.Equal(
            ["m249", "m248", "m247"],
            await session
                .Events.ReadAsync(EventFilter.All.WithDetails().Newest(3), Cancellation)
                .Select(e => e.ExternalId!)
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task Viewers_see_metadata_but_neither_attachments_nor_own_numbers()
    {
        TestOrg org = await StoreAsync([Message(0)]);
        // the keys are in the process's memory from now on
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.NotNull((await OnlyAsync(analyst)).Details!.OwnNumber);

        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        ConversationEvent seen = await OnlyAsync(viewer);
        Assert.Equal(("delivered", -0.0075m, null), (seen.Details!.Status, seen.Details.Price, seen.Details.OwnNumber));
        Assert.Null(seen.Content);
        Assert.Empty(seen.Parts);
        Assert.Equal(2, seen.OtherParties.Count);

        await using OrgSession stranger = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Empty(
            await stranger
                .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithDetails(), Cancellation)
                .ToListAsync(Cancellation)
        );
        Assert.Null(await stranger.Events.FindWithDetailsAsync(seen.Id, Cancellation));
    }

    [Fact]
    public async Task Privacy_rules_restrict_details_and_attachments_like_content_and_participants()
    {
        TestOrg org = await StoreAsync([Message(0)]);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        ConversationEvent whole = await OnlyAsync(analyst);

        // a party that is restricted: the event stays, without it
        await PrivacyRules.SetAsync(org, whole.OtherParties[0].Contact!.Value, 2, Cancellation);
        Assert.Equal([whole.OtherParties[1]], (await OnlyAsync(analyst)).OtherParties);
        Assert.Equal(whole.OtherParties, (await OnlyAsync(admin)).OtherParties);

        // metadata only: metadata stays visible; content, attachments and the own number are hidden from everybody
        await PrivacyRules.SetAsync(org, whole.Contact!.Value, 1, Cancellation);
        foreach (OrgSession session in (OrgSession[])[analyst, admin])
        {
            ConversationEvent kept = await OnlyAsync(session);
            Assert.Equal(("delivered", null), (kept.Details!.Status, kept.Details.OwnNumber));
            Assert.Null(kept.Content);
            Assert.Empty(kept.Parts);
        }

        // restricted: nothing for the analyst, everything for the admin, unless another party is restricted as well
        await PrivacyRules.SetAsync(org, whole.OtherParties[0].Contact!.Value, 0, Cancellation);
        await PrivacyRules.SetAsync(org, whole.Contact!.Value, 2, Cancellation);
        Assert.Empty(
            await analyst
                .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithDetails(), Cancellation)
                .ToListAsync(Cancellation)
        );
        Assert.Null(await analyst.Events.FindWithDetailsAsync(whole.Id, Cancellation));
        ConversationEvent open = await OnlyAsync(admin);
        Assert.Equal(whole.Details, open.Details);
        Assert.Equal(whole.Parts, open.Parts);
    }

    [Fact]
    public async Task Attachments_of_an_erased_person_are_reported_as_shredded()
    {
        TestOrg org = await StoreAsync([Message(0)]);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        ConversationEvent e = await OnlyAsync(owner);
        await owner.Keys.CryptoShredAsync(e.Contact!.Value, Cancellation);
        // the other parties can still read what belongs to them as well
        Assert.All((await OnlyAsync(owner)).Parts, part => Assert.Equal(DecryptResult.Ok, part.Status));
        foreach (ConversationParty party in e.OtherParties.Where(party => party.Contact is not null))
            await owner.Keys.CryptoShredAsync(party.Contact!.Value, Cancellation);
        ConversationEvent shredded = await OnlyAsync(owner);
        Assert.All(shredded.Parts, part =>
            Assert.Equal((DecryptResult.CryptoShredded, null), (part.Status, part.Reference))
        );
        Assert.Equal("+4588880000", shredded.Details!.OwnNumber);
    }

    [Fact]
    public void Details_and_attachments_do_not_print_personal_data()
    {
        ConversationDetails details = new() { ConversationId = "secret", OwnNumber = "secret" };
        Assert.All(
            [
                $"{details}",
                $"{new ConversationPart("image/png", "secret", 1)}",
                $"{new ConversationParty(new ContactId(Guid.Empty), PartyRole.To) { Status = "secret" }}",
            ],
            text => Assert.DoesNotContain("secret", text, StringComparison.Ordinal)
        );
    }

    static async Task<ConversationEvent> OnlyAsync(OrgSession session) =>
        await session
            .Events.ReadAsync(
                EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent().WithDetails(),
                Cancellation
            )
            .SingleAsync(Cancellation);

    async Task<TestOrg> StoreAsync(IReadOnlyList<EventRecord> records)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("details", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource("details"),
            records.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Assert.Equal(records.Count, report.Inserted);
        return org;
    }

    static EventRecord Message(int i) =>
        new()
        {
            OccurredAt = Start.AddMinutes(i),
            Channel = EventChannel.Mms,
            Direction = EventDirection.Outbound,
            Party = "+4520123456",
            ExternalId = $"m{i}",
            Body = $"hello {i}",
            ModifiedAt = Start.AddDays(1),
            Parts =
            [
                new EventPart("image/jpeg", $"https://example.org/{i}.jpg", 4711),
                new EventPart("text/plain", "sha256:00 note.txt"),
            ],
            OtherParties =
            [
                new EventParty("+4520999999", PartyRole.Cc),
                new EventParty(null, PartyRole.Leg)
                {
                    StartedAt = Start.AddSeconds(5),
                    Duration = TimeSpan.FromSeconds(9),
                    Outcome = EventOutcome.Missed,
                    Status = "FindMe",
                },
            ],
            Details = new EventDetails
            {
                ConversationId = "thread",
                ParentId = "parent",
                Leg = 2,
                Status = "delivered",
                ErrorCode = "30003",
                Price = -0.0075m,
                Currency = "USD",
                OwnNumber = "+4588880000",
            },
        };
}
