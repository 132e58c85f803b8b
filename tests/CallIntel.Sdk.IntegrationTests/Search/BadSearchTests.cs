using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Search.SearchHarness;

namespace CallIntel.Sdk.IntegrationTests.Search;

/// <summary>Odd searches have a result or a coded error, and the session stays usable.</summary>
public sealed class BadSearchTests(ServerFixture server) : IAsyncLifetime
{
    TestDatabase _database = null!;
    TestOrg _org = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.Template.CloneAsync();
        _org = await OrgAsync(
            _database,
            "odd",
            [Message(0, "plain text"), Message(1, "\u0001\u0002 \u202E ''':*|&!() <-> \\ plain"), Message(2, "…")]
        );
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Blank_and_huge_texts_are_refused()
    {
        foreach (string text in (string[])["", " \t\r\n", "\u3000", new('a', 2001), new('"', 100_000)])
            Assert.Equal(ErrorCodes.InvalidSearch, Assert.Throws<CallIntelException>(() => SearchQuery.For(text)).Code);
        Assert.Throws<ArgumentOutOfRangeException>(() => SearchQuery.For("a").Take(101));
        Assert.Throws<ArgumentOutOfRangeException>(() => SearchQuery.For("a").Take(0));
        foreach (string text in (string[])["", "x", "AAAA", new('A', 33), new('_', 34), new('A', 63)])
            Assert.Equal(
                ErrorCodes.InvalidSearchCursor,
                Assert.Throws<CallIntelException>(() => SearchCursor.Parse(text)).Code
            );
        await FindsAsync([1, 0], FindAsync(_org, "plain"));
    }

    [Theory]
    [InlineData("plain\0text", new[] { 0, 1 })]
    [InlineData("\"plain", new[] { 0, 1 })]
    [InlineData("plain\"\"\"", new[] { 0, 1 })]
    [InlineData("plain' | !text & (a <-> b):*", new[] { 0, 1 })]
    [InlineData("'); drop table callintel_private.events; --", new int[0])]
    [InlineData("\uDC00\uD800 plain", new[] { 0, 1 })]
    [InlineData("\u202E\u0007\u200B", new int[0])]
    [InlineData("\"the and of\"", new int[0])]
    [InlineData("\"the and of\" plain", new[] { 0, 1 })]
    [InlineData("%_*?", new int[0])]
    public async Task Control_characters_operators_and_unbalanced_quotes_are_harmless(string text, int[] expected) =>
        await FindsAsync(expected, SortedAsync(FindAsync(_org, text)));

    [Fact]
    public async Task A_search_of_two_thousand_characters_has_a_result()
    {
        string[] texts =
        [
            string.Join(' ', Enumerable.Range(0, 500).Select(i => $"w{i}"))[..1990] + " plain",
            "plain " + string.Concat(Enumerable.Repeat("\"a b\" ", 300)),
            "plain " + new string('9', 1900),
            "plain " + string.Concat(Enumerable.Repeat("a-1", 600)),
            "plain " + new string('東', 1900),
            new string('x', 2000),
        ];
        foreach (string text in texts)
            _ = await FindAsync(_org, text);
        await FindsAsync([1, 0], FindAsync(_org, texts[1]));
        await FindsAsync([1, 0], FindAsync(_org, "plain"));
    }

    [Fact]
    public async Task Words_that_the_sdk_cannot_have_computed_are_refused()
    {
        await using OrgSession session = await _org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        string[] calls =
        [
            "'{a b}', '{0}', null",
            "'{a}', '{0,1}', null",
            "null, '{0}', null",
            "'{''}', '{0}', null",
            "array_fill('a'::text, '{201}'), array_fill(0::smallint, '{201}'), null",
            "'{a}', '{0}', '!a'",
            "'{a}', '{0}', 'a:*'",
            "'{a}', '{0}', repeat('a', 20001)",
        ];
        foreach (string call in calls)
            await RefusedAsync(ErrorCodes.InvalidSearch, async () =>
                await session
                    .QueryAsync(
                        $"select event_id from callintel.search_texts({call}, null, null, null, null, null, null, "
                            + "null, null, 10)",
                        row => row.GetGuid(0),
                        cancellationToken: Cancellation
                    )
                    .CountAsync(Cancellation)
            );
    }

    [Fact]
    public async Task The_functions_of_the_job_refuse_sessions()
    {
        await using OrgSession owner = await _org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        foreach (
            string call in (string[])
                [
                    "plan_indexing(1::smallint, 1)",
                    "read_unindexed_contents(1, '{}', '{}', 10)",
                    "store_lexemes(1, '{}', '{}', '{}', '{}', '{}', '{}')",
                    "advance_indexing(1, 1, null, 0, 0, 0, now())",
                    "delete_lexemes(1)",
                ]
        )
            await RefusedAsync(ErrorCodes.JobNotHeld, async () =>
                await owner
                    .QueryAsync($"select callintel.{call}", row => 1, cancellationToken: Cancellation)
                    .CountAsync(Cancellation)
            );
    }
}
