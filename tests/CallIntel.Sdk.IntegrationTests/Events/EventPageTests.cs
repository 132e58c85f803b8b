using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Dashboards;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Events;

public sealed class EventPageTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, null)]
    [InlineData(7, null)]
    [InlineData(1000, null)]
    [InlineData(7, 21)]
    [InlineData(10, 25)]
    public async Task The_pages_together_are_what_a_read_returns(int size, int? limit)
    {
        GeneratedTraffic traffic = await IngestAsync(71);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        EventFilter filter = EventFilter.All.ForMember(traffic.Org.Members[OrgRole.Member]).WithContent();
        filter = filter.Newest(limit ?? 1000);
        List<ConversationEvent> all = await session.Events.ReadAsync(filter, Cancellation).ToListAsync(Cancellation);
        Assert.InRange(all.Count, 20, 999);

        List<ConversationEvent> paged = [];
        for (EventFilter? next = filter; next is not null; )
        {
            EventPage page = await session.Events.ReadPageAsync(next, size, Cancellation);
            Assert.InRange(page.Events.Count, 0, size);
            paged.AddRange(page.Events);
            next = page.Next;
        }
        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task Reading_continues_after_an_event_whether_or_not_it_exists()
    {
        GeneratedTraffic traffic = await IngestAsync(72);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        List<ConversationEvent> all = await session
            .Events.ReadAsync(EventFilter.All, Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(
            all[6..],
            await session.Events.ReadAsync(EventFilter.All.After(all[5].Id), Cancellation).ToListAsync(Cancellation)
        );
        // an id is only a place: that of an event that does not exist continues at its time
        Assert.Equal(
            all,
            (
                await session.Events.ReadPageAsync(
                    EventFilter.All.After(Guid.Parse("ffffffff-ffff-8fff-bfff-ffffffffffff")),
                    1000,
                    Cancellation
                )
            ).Events
        );
        EventPage empty = await session.Events.ReadPageAsync(EventFilter.All.After(all[^1].Id), 10, Cancellation);
        Assert.Empty(empty.Events);
        Assert.Null(empty.Next);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Oldest_first_is_the_reverse_of_newest_first(bool ofMember, bool withContent)
    {
        GeneratedTraffic traffic = await IngestAsync(73);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        EventFilter filter = EventFilter.All.InRange(
            new TimeRange(GeneratedTraffic.Start.AddDays(3), GeneratedTraffic.End.AddDays(-3))
        );
        filter = ofMember
            ? filter.ForMember(traffic.Org.Members[OrgRole.Member])
            : filter.ForContact(traffic.Contacts.OrderBy(c => c.Key, StringComparer.Ordinal).First().Value);
        if (withContent)
            filter = filter.WithContent();
        List<ConversationEvent> newest = await session.Events.ReadAsync(filter, Cancellation).ToListAsync(Cancellation);
        Assert.InRange(newest.Count, 8, 599);
        newest.Reverse();
        Assert.Equal(
            newest,
            await session.Events.ReadAsync(filter.OldestFirst(), Cancellation).ToListAsync(Cancellation)
        );

        List<ConversationEvent> paged = [];
        for (EventFilter? next = filter.OldestFirst(); next is not null; )
        {
            EventPage page = await session.Events.ReadPageAsync(next, 7, Cancellation);
            paged.AddRange(page.Events);
            next = page.Next;
        }
        Assert.Equal(newest, paged);
        Assert.Equal(
            newest[..5],
            await session.Events.ReadAsync(filter.Oldest(5), Cancellation).ToListAsync(Cancellation)
        );
        Assert.Equal(
            newest[4..],
            await session
                .Events.ReadAsync(filter.OldestFirst().After(newest[3].Id), Cancellation)
                .ToListAsync(Cancellation)
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task A_page_has_1_to_1000_events(int size)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            session.Events.ReadPageAsync(EventFilter.All, size, Cancellation)
        );
    }

    Task<GeneratedTraffic> IngestAsync(int seed) =>
        GeneratedTraffic.IngestAsync(fixture.Database, seed, 600, Cancellation);
}
