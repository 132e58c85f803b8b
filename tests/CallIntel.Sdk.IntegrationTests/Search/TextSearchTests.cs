using CallIntel.Sdk.Events;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Search.SearchHarness;

namespace CallIntel.Sdk.IntegrationTests.Search;

/// <summary>What a search finds, and in which order.</summary>
public sealed class TextSearchTests(ServerFixture server) : IAsyncLifetime
{
    static readonly string[] Texts =
    [
        "The refund for my order has not arrived",
        "Please refund the refund fee, I want refunds",
        "Order 4711-X was shipped on Monday",
        "Call me back at +45 32 12 34 56 about the invoice",
        "We were waiting for the delivery of two chairs",
        "I like the café in the Straße near Skæring",
        "東京タワーに行きたい",
        "the invoice is late, the delivery is late",
        "delivery invoice",
    ];

    TestDatabase _database = null!;
    TestOrg _org = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.Template.CloneAsync();
        _org = await OrgAsync(_database, "texts", Texts.Select((text, i) => Message(i, text, i % 3)));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("refunds", new[] { 1, 0 })]
    [InlineData("REFUNDED", new[] { 1, 0 })]
    [InlineData("wait", new[] { 4 })]
    [InlineData("cafe", new[] { 5 })]
    [InlineData("CAFÉ strasse skaering", new[] { 5 })]
    [InlineData("タワー", new[] { 6 })]
    [InlineData("late delivery", new[] { 7, 8, 4 })]
    [InlineData("the of and", new int[0])]
    [InlineData("nothing of this", new int[0])]
    public async Task Words_are_found_by_their_stems_without_case_and_accents(string text, int[] expected) =>
        Assert.Equal(expected, await FindAsync(_org, text));

    [Theory]
    [InlineData("\"delivery invoice\" late", 8, SearchLane.Exact)]
    [InlineData("“the delivery is late”", 7, SearchLane.Exact)]
    [InlineData("invoice 4711-x", 2, SearchLane.Exact)]
    [InlineData("4711", 2, SearchLane.Exact)]
    [InlineData("+4532123456", 3, SearchLane.Exact)]
    [InlineData("32123456 refund", 3, SearchLane.Exact)]
    [InlineData("\"delivery", 8, SearchLane.Ranked)]
    public async Task Numbers_ids_and_quoted_phrases_come_first(string text, int expected, SearchLane lane)
    {
        await using OrgSession session = await _org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        SearchHit first = (await session.Search.FindAsync(SearchQuery.For(text), Cancellation)).Hits[0];
        Assert.Equal(($"{expected}", lane), (first.Event.ExternalId, first.Lane));
    }

    [Fact]
    public async Task The_number_of_a_contact_finds_its_events_the_newest_first()
    {
        await FindsAsync([7, 4, 1], FindAsync(_org, NumberOf(1)));
        await FindsAsync([7, 4, 1], FindAsync(_org, SearchQuery.For(NumberOf(1)[3..]).InRegion("DK")));
    }

    [Fact]
    public async Task Every_condition_limits_the_hits()
    {
        await StoreAsync(_org, [Message(20, "refund by telephone") with { Channel = EventChannel.Voicemail }]);
        await StoreAsync(_org, [Message(21, "refund sent") with { Direction = EventDirection.Outbound }]);
        await StoreAsync(_org, [Message(22, "refund elsewhere")], "other");
        await StoreAsync(_org, [Message(23, "refund of a colleague") with { Member = _org.Members[OrgRole.Analyst] }]);
        await IndexAsync(_database, _org);
        await using OrgSession session = await _org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        ContactId contact = (
            await session.Contacts.FindByNumberAsync(NumberOf(1), cancellationToken: Cancellation)
        )!.Value;
        Guid source = (await session.Search.FindAsync(SearchQuery.For("elsewhere"), Cancellation))
            .Hits[0]
            .Event
            .SourceId;
        SearchQuery query = SearchQuery.For("refund").Take(50);

        await FindsAsync([0, 1, 20, 21, 22, 23], SortedAsync(FindAsync(_org, query)));
        await FindsAsync([1], FindAsync(_org, query.ForContact(contact)));
        await FindsAsync([20], FindAsync(_org, query.OnChannel(EventChannel.Voicemail)));
        await FindsAsync([21], FindAsync(_org, query.WithDirection(EventDirection.Outbound)));
        await FindsAsync([22], FindAsync(_org, query.FromSource(source)));
        await FindsAsync([23], FindAsync(_org, query.ForMember(_org.Members[OrgRole.Analyst])));
        TimeRange range = new(Start.AddMinutes(1), Start.AddMinutes(21));
        await FindsAsync([1, 20], SortedAsync(FindAsync(_org, query.InRange(range))));
        Assert.Empty(await FindAsync(_org, query.InRange(range).ForContact(contact).FromSource(source)));
    }

    [Fact]
    public async Task An_event_leads_to_similar_ones()
    {
        await using OrgSession session = await _org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SearchAnswer found = await session.Search.FindAsync(SearchQuery.For("\"delivery invoice\""), Cancellation);
        int[] similar = await FindAsync(_org, SearchQuery.Like(found.Hits[0].Event.Id));
        Assert.Equal(7, similar[0]);
        Assert.DoesNotContain(8, similar);
        Assert.Empty(await FindAsync(_org, SearchQuery.Like(Guid.Empty)));
    }

    [Fact]
    public async Task Snippets_show_the_matching_words()
    {
        string filler = string.Concat(Enumerable.Repeat("and so on and so forth ", 60));
        await StoreAsync(
            _org,
            [
                Message(30, "see the transcript") with
                {
                    Transcript = $"{filler}\nthe bicycles were stolen, two stolen bicycles\n{filler}",
                    Summary = "Theft of a bicycle",
                },
            ]
        );
        await IndexAsync(_database, _org);
        await using OrgSession session = await _org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        SearchHit hit = (await session.Search.FindAsync(SearchQuery.For("stolen bicycle"), Cancellation)).Hits.Single();

        Assert.Equal([SearchField.Transcript, SearchField.Summary], hit.Snippets.Select(s => s.Field));
        SearchSnippet transcript = hit.Snippets[0];
        Assert.InRange(transcript.Text.Length, 1, 240);
        Assert.False(transcript.IsStart || transcript.IsEnd);
        Assert.Equal(
            ["bicycles", "stolen", "stolen", "bicycles"],
            transcript.Highlights.Select(h => transcript.Text.Substring(h.Start, h.Length))
        );
        Assert.Equal("Theft of a bicycle", hit.Snippets[1].Text);
        Assert.Null(hit.Event.Content);
        Assert.DoesNotContain("bicycle", hit.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Pages_contain_every_hit_once_although_scores_are_equal()
    {
        await StoreAsync(_org, Enumerable.Range(100, 47).Select(i => Message(i, i % 2 == 0 ? "ticket" : "a ticket")));
        await IndexAsync(_database, _org);
        await using OrgSession session = await _org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        List<int> paged = [];
        SearchQuery query = SearchQuery.For("tickets").Take(10);
        for (SearchCursor? next = null; ; )
        {
            SearchAnswer answer = await session.Search.FindAsync(
                next is { } cursor ? query.After(SearchCursor.Parse(cursor.ToString())) : query,
                Cancellation
            );
            paged.AddRange(answer.Hits.Select(hit => int.Parse(hit.Event.ExternalId!)));
            if ((next = answer.Next) is null)
                break;
        }
        Assert.Equal(Enumerable.Range(100, 47).Reverse(), paged);
    }

    [Fact]
    public async Task Another_org_is_never_searched()
    {
        TestOrg other = await OrgAsync(_database, "other", [Message(0, "refund"), Message(50, "giraffe")]);
        await FindsAsync([0], FindAsync(other, "refund"));
        Assert.Empty(await FindAsync(_org, "giraffe"));
        await using OrgSession session = await other.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Guid foreign = (await session.Search.FindAsync(SearchQuery.For("giraffe"), Cancellation)).Hits[0].Event.Id;
        Assert.Empty(await FindAsync(_org, SearchQuery.Like(foreign)));
    }
}
