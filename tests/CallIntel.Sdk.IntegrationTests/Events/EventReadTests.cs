using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Dashboards;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Events;

public sealed class EventReadTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    public async Task Stored_events_are_returned_newest_first(int seed)
    {
        GeneratedTraffic traffic = await IngestAsync(seed);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);

        List<ConversationEvent> read = await session
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(
            traffic.Records.Select(r => Expected(traffic, r, read[0].SourceId)).OrderByDescending(e => e.Id),
            read
        );
        Assert.Equal(
            read.Select(e => e.OccurredAt.Offset),
            read.Select(e => traffic.Records[int.Parse(e.ExternalId!)].OccurredAt.Offset)
        );

        List<ConversationEvent> facts = await session
            .Events.ReadAsync(EventFilter.All, Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(read.Select(e => e with { Content = null }), facts);
    }

    [Fact]
    public async Task Each_filter_condition_and_all_combined_return_the_matching_events()
    {
        GeneratedTraffic traffic = await IngestAsync(53);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        List<ConversationEvent> all = await session
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .ToListAsync(Cancellation);
        ContactId contact = traffic.Contacts.Values.First();
        MemberId member = traffic.Org.Members[OrgRole.Member];

        for (int conditions = 0; conditions < 32; conditions++)
        {
            bool inRange = (conditions & 1) != 0,
                forContact = (conditions & 2) != 0,
                forMember = (conditions & 4) != 0;
            bool onChannel = (conditions & 8) != 0,
                limited = (conditions & 16) != 0;
            EventFilter filter = (inRange ? EventFilter.All.InRange(Ranges.February) : EventFilter.All)
                .ForPurpose(AccessPurpose.Quality)
                .WithContent();
            filter = forContact ? filter.ForContact(contact) : filter;
            filter = forMember ? filter.ForMember(member) : filter;
            filter = onChannel ? filter.OnChannel(EventChannel.Sms) : filter;
            filter = limited ? filter.Newest(7) : filter;

            IEnumerable<ConversationEvent> expected = all.Where(e =>
                (!inRange || (e.OccurredAt >= Ranges.February.From && e.OccurredAt < Ranges.February.To))
                && (!forContact || e.Contact == contact)
                && (!forMember || e.Member == member)
                && (!onChannel || e.Channel is EventChannel.Sms)
            );
            Assert.Equal(
                limited ? expected.Take(7) : expected,
                await session.Events.ReadAsync(filter, Cancellation).ToListAsync(Cancellation)
            );
        }
    }

    [Fact]
    public async Task An_event_is_found_by_its_id_only_by_members_who_can_see_it()
    {
        GeneratedTraffic traffic = await IngestAsync(54);
        MemberId member = traffic.Org.Members[OrgRole.Member];
        EventRecord own = traffic.Records.First(r => r.Member == member && r.Body is not null);
        EventRecord other = traffic.Records.First(r => r.Member is not null && r.Member != member);

        await using OrgSession analyst = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        ConversationEvent? found = await analyst.Events.FindWithContentAsync(Id(own), Cancellation);
        Assert.Equal(Expected(traffic, own, found!.SourceId), found);
        Assert.Null((await analyst.Events.FindAsync(Id(own), Cancellation))!.Content);
        Assert.Null(await analyst.Events.FindAsync(EventId.FirstOf(own.OccurredAt), Cancellation));

        await using OrgSession self = await traffic.Org.OpenSessionAsync(OrgRole.Member, Cancellation);
        Assert.Equal(found, await self.Events.FindWithContentAsync(Id(own), Cancellation));
        Assert.Null(await self.Events.FindAsync(Id(other), Cancellation));
        Assert.All(await self.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation), e =>
            Assert.Equal(member, e.Member)
        );

        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Null(await foreign.Events.FindAsync(Id(own), Cancellation));
        Assert.Empty(await foreign.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Content_is_hidden_from_viewers_and_for_metadata_only_contacts()
    {
        GeneratedTraffic traffic = await IngestAsync(55);
        EventRecord message = traffic.Records.First(r => r.Party is not null && r.Body is not null);
        await using OrgSession viewer = await traffic.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        await using OrgSession analyst = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.All(
            await viewer
                .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
                .ToListAsync(Cancellation),
            e => Assert.Null(e.Content)
        );
        Assert.NotNull((await analyst.Events.FindWithContentAsync(Id(message), Cancellation))!.Content);

        await PrivacyRules.SetAsync(traffic.Org, traffic.Contacts[message.Party!], 1, Cancellation);
        Assert.Null((await analyst.Events.FindWithContentAsync(Id(message), Cancellation))!.Content);
    }

    [Fact]
    public async Task Only_admins_see_events_of_a_restricted_contact()
    {
        GeneratedTraffic traffic = await IngestAsync(56);
        EventRecord message = traffic.Records.First(r => r.Party is not null);
        ContactId secret = traffic.Contacts[message.Party!];
        await PrivacyRules.SetAsync(traffic.Org, secret, 2, Cancellation);

        await using OrgSession analyst = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.Empty(
            await analyst
                .Events.ReadAsync(EventFilter.All.ForContact(secret).WithContent(), Cancellation)
                .ToListAsync(Cancellation)
        );
        Assert.Null(await analyst.Events.FindAsync(Id(message), Cancellation));
        Assert.DoesNotContain(
            await analyst.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation),
            e => e.Contact == secret
        );

        await using OrgSession admin = await traffic.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        Assert.Equal(
            traffic.Records.Count(r => r.Party == message.Party),
            await admin.Events.ReadAsync(EventFilter.All.ForContact(secret), Cancellation).CountAsync(Cancellation)
        );
    }

    [Fact]
    public async Task Abandoning_a_stream_early_returns_its_connection_to_the_pool()
    {
        GeneratedTraffic traffic = await IngestAsync(57);
        await using CallIntelDataSource narrow = fixture.Database.CreateDataSource(options =>
            options.ConnectionString += ";Maximum Pool Size=1;Timeout=5"
        );
        await using OrgSession session = await narrow.OpenSessionAsync(traffic.Org.As(OrgRole.Analyst), Cancellation);
        IAsyncEnumerable<ConversationEvent> stream = session.Events.ReadAsync(EventFilter.All, Cancellation);
        for (int i = 0; i < 5; i++)
        {
            await foreach (ConversationEvent e in stream)
                break;
        }
        Assert.Equal(600, await stream.CountAsync(Cancellation));
    }

    [Fact]
    public void Events_and_content_do_not_print_message_text()
    {
        EventContent content = new("secret body", "secret words", "secret summary");
        ConversationEvent e = new()
        {
            Id = Guid.Empty,
            OccurredAt = Ranges.February.From,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            SourceId = Guid.Empty,
            ExternalId = "secret id",
            Content = content,
        };
        Assert.All([$"{e}", $"{content}", $"{new ContactNumber(NumberKind.E164, "+45secret")}"], text =>
        {
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
            Assert.Contains("***", text, StringComparison.Ordinal);
        });
    }

    Task<GeneratedTraffic> IngestAsync(int seed) =>
        GeneratedTraffic.IngestAsync(fixture.Database, seed, 600, Cancellation);

    static Guid Id(EventRecord record) => EventId.From(record.OccurredAt, "generated", record.ExternalId);

    static ConversationEvent Expected(GeneratedTraffic traffic, EventRecord r, Guid sourceId) =>
        new()
        {
            Id = Id(r),
            OccurredAt = r.OccurredAt,
            Channel = r.Channel,
            Direction = r.Direction,
            Outcome = r.Outcome,
            Contact = traffic.ContactOf(r),
            Member = r.Member,
            Duration = r.Duration,
            SourceId = sourceId,
            ExternalId = r.ExternalId,
            Content = r.Body is null && r.Transcript is null ? null : new EventContent(r.Body, r.Transcript, r.Summary),
        };
}
