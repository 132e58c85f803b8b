using CallIntel.Sdk.IntegrationTests.Embeddings;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Search;

/// <summary>Searches that rank by words and by meaning, with a model in which two words mean the same.</summary>
public sealed class HybridSearchTests(ServerFixture server) : IAsyncLifetime
{
    static readonly WordModel Words = new();

    TestDatabase _database = null!;
    EmbeddingOrg _org = null!;
    bool _isBroken;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.Template.CloneAsync();
        WordModel model = new()
        {
            Override = text =>
                _isBroken
                    ? throw new InvalidOperationException("The model is down.")
                    : Words.Embed(text.Replace("package", "parcel", StringComparison.OrdinalIgnoreCase)),
        };
        _org = await EmbeddingOrg.CreateAsync(_database, WordModel.Options(EmbeddingOrg.Model, model));
        await _org.ImportAsync(
            _org.Sms("1", "please call me back about the invoice"),
            _org.Sms("2", "parcel arrives tomorrow"),
            _org.Sms("3", "parcel arrives tomorrow", "+4532000001"),
            _org.Sms("4", "order 4711 is lost", "+4532000002")
        );
        await using OrgSession owner = await _org.OpenAsync(OrgRole.Owner);
        await owner.Search.EnableTextAsync(SearchLanguage.English, Cancellation);
        await SearchHarness.IndexAsync(_database, _org.Org);
    }

    public async ValueTask DisposeAsync()
    {
        await _org.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_text_is_found_by_its_meaning_although_it_has_no_word_of_the_search()
    {
        Assert.Equal((SearchMeaning.Off, 0), await FirstAsync("package"));
        await EmbedAsync();
        SearchAnswer answer = await FindAsync("package");
        Assert.Equal(SearchMeaning.Used, answer.Meaning);
        Assert.Equal(["2", "3"], answer.Hits.Take(2).Select(hit => hit.Event.ExternalId!).Order());
        Assert.Equal("parcel arrives tomorrow", answer.Hits[0].Snippets.Single().Text);
        Assert.All(answer.Hits, hit => Assert.InRange(hit.Score, 0, 1));
    }

    [Fact]
    public async Task A_number_comes_before_what_is_nearer_in_meaning()
    {
        await EmbedAsync();
        SearchAnswer answer = await FindAsync("parcel arrives tomorrow 4711");
        Assert.Equal(("4", SearchLane.Exact), (answer.Hits[0].Event.ExternalId, answer.Hits[0].Lane));
        Assert.Equal(SearchLane.Ranked, answer.Hits[1].Lane);
    }

    [Fact]
    public async Task Words_are_enough_if_the_model_fails_or_is_not_there()
    {
        await EmbedAsync();
        _isBroken = true;
        SearchAnswer broken = await FindAsync("invoice");
        Assert.Equal(SearchMeaning.Unavailable, broken.Meaning);
        Assert.Equal("1", broken.Hits.Single().Event.ExternalId);
        // The data source of the template has no model.
        await using OrgSession without = await _org.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        SearchAnswer answer = await without.Search.FindAsync(SearchQuery.For("invoice"), Cancellation);
        Assert.Equal((SearchMeaning.Off, "1"), (answer.Meaning, answer.Hits.Single().Event.ExternalId));
    }

    [Fact]
    public async Task Pages_of_a_search_by_meaning_contain_every_hit_once()
    {
        await EmbedAsync();
        await using OrgSession analyst = await _org.OpenAsync(OrgRole.Analyst);
        List<string> paged = [];
        for (SearchCursor? next = null; ; )
        {
            SearchQuery query = SearchQuery.For("parcel call order").Take(1);
            SearchAnswer answer = await analyst.Search.FindAsync(
                next is { } cursor ? query.After(cursor) : query,
                Cancellation
            );
            paged.AddRange(answer.Hits.Select(hit => hit.Event.ExternalId!));
            if ((next = answer.Next) is null)
                break;
        }
        Assert.Equal(["1", "2", "3", "4"], paged.Order());
    }

    [Fact]
    public async Task Content_of_a_hidden_contact_is_not_found_by_its_meaning()
    {
        await EmbedAsync();
        await using OrgSession admin = await _org.OpenAsync(OrgRole.Admin);
        await admin.Privacy.SetAsync(
            await _org.ContactAsync("+4532000001"),
            new PrivacyRule { Level = PrivacyLevel.Hidden },
            Cancellation
        );
        Assert.DoesNotContain((await FindAsync("package")).Hits, hit => hit.Event.ExternalId == "3");
    }

    async Task EmbedAsync()
    {
        await _org.EnableAsync();
        await _org.EmbedAsync();
    }

    async Task<(SearchMeaning Meaning, int Hits)> FirstAsync(string text)
    {
        SearchAnswer answer = await FindAsync(text);
        return (answer.Meaning, answer.Hits.Count);
    }

    async Task<SearchAnswer> FindAsync(string text)
    {
        await using OrgSession analyst = await _org.OpenAsync(OrgRole.Analyst);
        return await analyst.Search.FindAsync(SearchQuery.For(text), Cancellation);
    }
}
