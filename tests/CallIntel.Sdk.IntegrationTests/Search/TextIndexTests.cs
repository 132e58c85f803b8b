using CallIntel.Sdk.Events;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using NpgsqlTypes;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Search.SearchHarness;

namespace CallIntel.Sdk.IntegrationTests.Search;

/// <summary>How the index of words follows contents, keys and settings.</summary>
public sealed class TextIndexTests(ServerFixture server) : IAsyncLifetime
{
    TestDatabase _database = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await server.Template.CloneAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Changed_moved_redacted_and_deleted_contents_are_found_as_they_are_now()
    {
        TestOrg org = await OrgAsync(
            _database,
            "changes",
            Enumerable.Range(0, 5).Select(i => Message(i, $"harvest number{i}") with { ModifiedAt = Start })
        );
        await StoreAsync(
            org,
            [
                Message(0, "winter") with
                {
                    ModifiedAt = Start.AddDays(1),
                },
                Message(1, "harvest number1") with
                {
                    OccurredAt = Start.AddHours(5),
                    ModifiedAt = Start.AddDays(1),
                },
                Message(2, "") with
                {
                    Body = null,
                    Change = RecordChange.Redacted,
                },
                Message(3, "") with
                {
                    Body = null,
                    Change = RecordChange.Deleted,
                },
            ]
        );
        // What is gone is gone at once, and what is new is found after the next step of the job.
        await FindsAsync([4], FindAsync(org, "harvest"));
        await IndexAsync(_database, org);
        await FindsAsync([1, 4], FindAsync(org, "harvest"));
        await FindsAsync([0], FindAsync(org, "winter"));
    }

    [Fact]
    public async Task Erasing_a_person_deletes_the_words_at_once_and_for_good()
    {
        TestOrg org = await OrgAsync(_database, "erased", [Message(0, "meadow"), Message(1, "meadow", 1)]);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        ContactId contact = (
            await owner.Contacts.FindByNumberAsync(NumberOf(1), cancellationToken: Cancellation)
        )!.Value;
        await owner.Keys.CryptoShredAsync(contact, Cancellation);
        Assert.Equal(1, await WordsAsync(org));
        await FindsAsync([0], FindAsync(org, "meadow"));

        await owner.Search.EnableTextAsync(SearchLanguage.None, Cancellation);
        await IndexAsync(_database, org);
        await FindsAsync([0], FindAsync(org, "meadow"));
        Assert.Equal(1, await WordsAsync(org));
    }

    [Fact]
    public async Task Words_follow_a_contact_that_is_merged_and_split()
    {
        TestOrg org = await OrgAsync(_database, "merged", [Message(0, "orchard"), Message(1, "orchard", 1)]);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        ContactId former = (
            await owner.Contacts.FindByNumberAsync(NumberOf(0), cancellationToken: Cancellation)
        )!.Value;
        ContactId survivor = (
            await owner.Contacts.FindByNumberAsync(NumberOf(1), cancellationToken: Cancellation)
        )!.Value;
        await owner.Contacts.MergeAsync(former, survivor, Cancellation);
        await FindsAsync([1, 0], FindAsync(org, SearchQuery.For("orchard").ForContact(survivor)));
        await owner.Contacts.SplitAsync(former, Cancellation);
        await FindsAsync([0], FindAsync(org, SearchQuery.For("orchard").ForContact(former)));
        await FindsAsync([1], FindAsync(org, SearchQuery.For("orchard").ForContact(survivor)));
    }

    [Fact]
    public async Task A_rotated_key_leaves_contents_findable_before_and_after_they_are_indexed_again()
    {
        TestOrg org = await OrgAsync(_database, "rotated", [Message(0, "glacier"), Message(1, "glacier")]);
        string before = await VectorAsync(org);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation);
        await FindsAsync([1, 0], FindAsync(org, "glacier"));
        await IndexAsync(_database, org);
        await FindsAsync([1, 0], FindAsync(org, "glacier"));
        Assert.NotEqual(before, await VectorAsync(org));
        Assert.Equal([1], await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation));
        await FindsAsync([1, 0], FindAsync(org, "glacier"));
    }

    [Fact]
    public async Task Another_language_indexes_all_contents_again()
    {
        TestOrg org = await OrgAsync(
            _database,
            "language",
            [Message(0, "Häuser und Gärten"), Message(1, "the houses")]
        );
        await FindsAsync([], FindAsync(org, "Haus"));
        await FindsAsync([1], FindAsync(org, "house"));
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Search.EnableTextAsync(SearchLanguage.German, Cancellation);
        Assert.Equal(
            (true, SearchLanguage.German, false),
            await owner.Search.ReadIndexAsync(Cancellation) is var state
                ? (state.IsEnabled, state.Language, state.IsComplete)
                : default
        );
        await IndexAsync(_database, org);
        await FindsAsync([0], FindAsync(org, "Haus"));
        await FindsAsync([], FindAsync(org, "und"));
    }

    [Fact]
    public async Task Turned_off_nothing_is_found_by_words_and_the_words_are_deleted()
    {
        TestOrg org = await OrgAsync(_database, "off", [Message(0, "harbor 4711")]);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Search.DisableTextAsync(Cancellation);
        SearchAnswer answer = await owner.Search.FindAsync(SearchQuery.For("harbor"), Cancellation);
        Assert.Empty(answer.Hits);
        Assert.False(answer.Index.IsEnabled);
        await FindsAsync([0], FindAsync(org, NumberOf(0)));
        await Jobs.TestJobs.RunUntilDoneAsync(_database);
        Assert.Equal(0, await RowsAsync(org));

        await owner.Search.EnableTextAsync(SearchLanguage.English, Cancellation);
        await IndexAsync(_database, org);
        await FindsAsync([0], FindAsync(org, "harbor"));
    }

    [Fact]
    public async Task An_org_that_never_turned_text_search_on_finds_contacts_by_their_numbers()
    {
        TestOrg org = await _database.CreateOrgAsync("never", Cancellation);
        await StoreAsync(org, [Message(0, "harbor")]);
        await FindsAsync([], FindAsync(org, "harbor"));
        await FindsAsync([0], FindAsync(org, NumberOf(0)));
    }

    [Fact]
    public async Task The_database_contains_no_word_of_a_content()
    {
        TestOrg org = await OrgAsync(_database, "secret", [Message(0, "Quetzalcoatl spoke of quetzals 31415926535")]);
        Assert.Equal(1, await WordsAsync(org));
        string row = await ScalarAsync<string>(
            _database,
            $"select string_agg(l::text, ' ') from callintel_private.event_lexemes l where org_id = '{org.Id}'"
        );
        foreach (string word in (string[])["quetzal", "spoke", "31415926535", "5926535"])
            Assert.DoesNotContain(word, row, StringComparison.OrdinalIgnoreCase);
        // Another org has other hashes of the same words.
        TestOrg other = await OrgAsync(_database, "other", [Message(0, "Quetzalcoatl spoke of quetzals 31415926535")]);
        Assert.Empty((await LexemesAsync(org)).Intersect(await LexemesAsync(other)));
        Assert.Equal((await LexemesAsync(org)).Length, (await LexemesAsync(other)).Length);
    }

    [Fact]
    public async Task A_search_uses_the_index_of_words()
    {
        TestOrg org = await OrgAsync(
            _database,
            "plan",
            Enumerable.Range(0, 2000).Select(i => Message(i, $"common words and rare{i}"))
        );
        string lexeme = (await LexemesAsync(org))[0];
        NpgsqlBatchCommand call = new(
            "select * from callintel.search_texts($1, '{0}', null, null, null, null, null, null, null, null, null, 10)"
        )
        {
            Parameters =
            {
                new NpgsqlParameter { Value = new[] { lexeme }, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        };
        string plan = await FunctionPlan.OfAsync(_database, org.As(OrgRole.Analyst), call, "candidates");
        Assert.Contains("Bitmap Index Scan on event_lexemes_lexemes_idx", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on event_lexemes", plan, StringComparison.Ordinal);
    }

    Task<long> RowsAsync(TestOrg org) =>
        ScalarAsync<long>(_database, $"select count(*) from callintel_private.event_lexemes where org_id = '{org.Id}'");

    /// <summary>The rows with lexemes.</summary>
    Task<long> WordsAsync(TestOrg org) =>
        ScalarAsync<long>(
            _database,
            $"""
            select count(*) from callintel_private.event_lexemes where org_id = '{org.Id}' and lexemes <> ''
            """
        );

    Task<string> VectorAsync(TestOrg org) =>
        ScalarAsync<string>(
            _database,
            $"select string_agg(lexemes::text, '|') from callintel_private.event_lexemes where org_id = '{org.Id}'"
        );

    Task<string[]> LexemesAsync(TestOrg org) =>
        ScalarAsync<string[]>(
            _database,
            $"""
            select array_agg(distinct u.lexeme) from callintel_private.event_lexemes l, unnest(l.lexemes) u
             where l.org_id = '{org.Id}'
            """
        );
}
