using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Search.SearchHarness;

namespace CallIntel.Sdk.IntegrationTests.Search;

/// <summary>What privacy rules, roles and the access ledger do to a search.</summary>
public sealed class SearchPrivacyTests(ServerFixture server) : IAsyncLifetime
{
    TestDatabase _database = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await server.Template.CloneAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Content_is_found_only_by_members_who_may_read_it()
    {
        TestOrg org = await OrgAsync(_database, "levels", [.. Enumerable.Range(0, 4).Select(Of)]);
        await SetRuleAsync(org, 1, new PrivacyRule { Level = PrivacyLevel.MetadataOnly });
        await SetRuleAsync(
            org,
            2,
            new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [org.Members[OrgRole.Analyst]] }
        );
        await SetRuleAsync(org, 3, new PrivacyRule { Level = PrivacyLevel.Hidden });

        await FindsAsync([2, 0], FindAsync(org, "secret", OrgRole.Analyst));
        await FindsAsync([2, 0], FindAsync(org, "secret", OrgRole.Admin));
        await FindsAsync([], FindAsync(org, "secret", OrgRole.Member));
        await RefusedAsync(ErrorCodes.NotAllowed, () => FindAsync(org, "secret", OrgRole.Viewer));
        await using OrgSession purposeful = await _database.DataSource.OpenSessionAsync(
            org.As(OrgRole.Owner) with
            {
                Purpose = AccessPurpose.LegalObligation,
            },
            Cancellation
        );
        Assert.Equal(
            ["3", "2", "0"],
            (await purposeful.Search.FindAsync(SearchQuery.For("secret"), Cancellation)).Hits.Select(h =>
                h.Event.ExternalId
            )
        );
        // a contact by its number: metadata_only contacts are seen, hidden ones are not
        await FindsAsync([1], FindAsync(org, NumberOf(1), OrgRole.Analyst));
        await FindsAsync([], FindAsync(org, NumberOf(3), OrgRole.Analyst));

        static EventRecord Of(int contact) => Message(contact, "a secret", contact);
    }

    [Fact]
    public async Task Members_find_their_own_events_only()
    {
        TestOrg org = await _database.CreateOrgAsync("own", Cancellation);
        await StoreAsync(
            org,
            [
                Message(0, "lantern") with
                {
                    Member = org.Members[OrgRole.Member],
                },
                Message(1, "lantern") with
                {
                    Member = org.Members[OrgRole.Admin],
                },
            ]
        );
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Search.EnableTextAsync(SearchLanguage.English, Cancellation);
        await IndexAsync(_database, org);
        await FindsAsync([0], FindAsync(org, "lantern", OrgRole.Member));
        await FindsAsync([1, 0], FindAsync(org, "lantern", OrgRole.Analyst));
        Guid colleague = (await owner.Search.FindAsync(SearchQuery.For("lantern"), Cancellation)).Hits[0].Event.Id;
        await FindsAsync([], FindAsync(org, SearchQuery.Like(colleague), OrgRole.Member));
    }

    /// <summary>
    /// Hidden rows that contain rare and frequent words of the search must change neither the hits nor their scores.
    /// </summary>
    [Fact]
    public async Task Hidden_contents_change_no_score()
    {
        string[] words = ["alpha", "beta", "gamma", "delta", "omega"];
        List<EventRecord> visible =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(i =>
                    Message(i, string.Join(' ', words.Where((_, w) => (i >> w) % 2 == 0).Append($"w{i % 7}")))
                ),
        ];
        List<EventRecord> hidden = [.. Enumerable.Range(100, 40).Select(i => Message(i, "gamma delta delta w3", 5))];
        TestOrg bare = await OrgAsync(_database, "bare", visible);
        TestOrg org = await OrgAsync(_database, "with hidden rows", visible.Concat(hidden));
        await SetRuleAsync(org, 5, new PrivacyRule { Level = PrivacyLevel.Hidden });

        foreach (string text in (string[])["gamma", "alpha gamma delta w3", "delta omega \"delta omega\""])
        {
            SearchQuery query = SearchQuery.For(text).Take(100).WithoutSnippets();
            Assert.Equal(await ScoresAsync(bare, query), await ScoresAsync(org, query));
        }
        await using OrgSession first = await bare.OpenSessionAsync(OrgRole.Analyst, Cancellation),
            second = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.Equal(
            await ScoresAsync(bare, SearchQuery.Like(await IdAsync(first)).Take(100)),
            await ScoresAsync(org, SearchQuery.Like(await IdAsync(second)).Take(100))
        );

        static async Task<Guid> IdAsync(OrgSession session) =>
            (await session.Events.ReadAsync(EventFilter.All, Cancellation).SingleAsync(e => e.ExternalId == "7")).Id;

        static async Task<List<(string?, double)>> ScoresAsync(TestOrg org, SearchQuery query)
        {
            await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
            SearchAnswer answer = await session.Search.FindAsync(query, Cancellation);
            Assert.NotEmpty(answer.Hits);
            return [.. answer.Hits.Select(hit => (hit.Event.ExternalId, hit.Score))];
        }
    }

    [Fact]
    public async Task Contacts_that_are_excluded_from_search_are_found_by_nobody_and_later_again()
    {
        TestOrg org = await OrgAsync(_database, "excluded", [Message(0, "balloon"), Message(1, "balloon", 1)]);
        await SetRuleAsync(org, 1, new PrivacyRule { NoSearch = true });
        await FindsAsync([0], FindAsync(org, "balloon"));
        await FindsAsync([], FindAsync(org, NumberOf(1)));
        Assert.Equal(1, await WordsAsync(org));

        await StoreAsync(org, [Message(2, "balloon", 1)]);
        await IndexAsync(_database, org);
        await FindsAsync([0], FindAsync(org, "balloon"));
        Assert.Equal(1, await WordsAsync(org));

        await SetRuleAsync(org, 1, new PrivacyRule());
        await IndexAsync(_database, org);
        await FindsAsync([2, 1, 0], FindAsync(org, "balloon"));
    }

    [Fact]
    public async Task The_ledger_records_who_read_which_passages()
    {
        TestOrg org = await OrgAsync(_database, "ledger", [Message(0, "lantern"), Message(1, "other")]);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        AccessFilter ofAnalyst = new() { Member = org.Members[OrgRole.Analyst] };
        SearchQuery query = SearchQuery.For("lantern").ForPurpose(AccessPurpose.Quality);

        Assert.Empty((await analyst.Search.FindAsync(query.WithoutSnippets(), Cancellation)).Hits[0].Snippets);
        Assert.Empty(await owner.Audit.ReadAccessesAsync(ofAnalyst, Cancellation).ToListAsync(Cancellation));

        SearchHit hit = (await analyst.Search.FindAsync(query, Cancellation)).Hits.Single();
        Assert.Equal("lantern", hit.Snippets.Single().Text);
        AccessEntry entry = Assert.Single(
            await owner.Audit.ReadAccessesAsync(ofAnalyst, Cancellation).ToListAsync(Cancellation)
        );
        Assert.Equal((ProtectedFields.Body, 1, AccessPurpose.Quality), (entry.Fields, entry.RowCount, entry.Purpose));
        Assert.Equal([hit.Event.Id], entry.Events);
        Assert.Equal([hit.Event.Contact!.Value], entry.Contacts);
    }

    [Fact]
    public async Task Indexing_raises_no_alert_of_a_honey_token_and_finding_it_does()
    {
        TestOrg org = await _database.CreateOrgAsync("honey", Cancellation);
        await StoreAsync(org, [Message(0, "treasure")]);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        ContactId contact = (
            await owner.Contacts.FindByNumberAsync(NumberOf(0), cancellationToken: Cancellation)
        )!.Value;
        await owner.Audit.MarkHoneyTokenAsync(contact, Cancellation);
        await owner.Search.EnableTextAsync(SearchLanguage.English, Cancellation);
        await IndexAsync(_database, org);
        AccessFilter alerts = new() { OnlyAlerts = true };
        Assert.Empty(await owner.Audit.ReadAccessesAsync(alerts, Cancellation).ToListAsync(Cancellation));
        await FindsAsync([0], FindAsync(org, "treasure"));
        Assert.Single(await owner.Audit.ReadAccessesAsync(alerts, Cancellation).ToListAsync(Cancellation));
    }

    Task<long> WordsAsync(TestOrg org) =>
        ScalarAsync<long>(_database, $"select count(*) from callintel_private.event_lexemes where org_id = '{org.Id}'");

    static async Task SetRuleAsync(TestOrg org, int contact, PrivacyRule rule)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        ContactId id = (
            await session.Contacts.FindByNumberAsync(NumberOf(contact), cancellationToken: Cancellation)
        )!.Value;
        await session.Privacy.SetAsync(id, rule, Cancellation);
    }
}
