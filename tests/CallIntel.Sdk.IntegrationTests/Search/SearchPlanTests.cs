using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Search.SearchHarness;

namespace CallIntel.Sdk.IntegrationTests.Search;

/// <summary>Tests what a search reads if its words are in many contents.</summary>
public sealed partial class SearchPlanTests(ServerFixture server)
{
    const int Copies = 2000;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_content_with_a_word_of_the_search_is_scored_once()
    {
        await using TestDatabase database = await server.Template.CloneAsync();
        TestOrg org = await OrgAsync(database, "many", [Message(0, "The delivery of my order is late again")]);
        await using (
            NpgsqlCommand copy = database.Admin.CreateCommand(
                $"""
                insert into callintel_private.event_lexemes (
                    org_id, event_id, chunk, revision, contact_id, member_id, source_id, channel, direction, words,
                    lexemes)
                select l.org_id, gen_random_uuid(), l.chunk, l.revision, l.contact_id, l.member_id, l.source_id,
                       l.channel, l.direction, l.words, l.lexemes
                  from callintel_private.event_lexemes l, generate_series(1, {Copies}) n
                 where l.org_id = '{org.Id}'
                """
            )
        )
            await copy.ExecuteNonQueryAsync(Cancellation);
        await using (NpgsqlCommand analyze = database.Admin.CreateCommand("vacuum analyze"))
            await analyze.ExecuteNonQueryAsync(Cancellation);
        string[] lexemes = await ScalarAsync<string[]>(
            database,
            "select tsvector_to_array(lexemes) from callintel_private.event_lexemes limit 1"
        );
        short[] terms = [.. Enumerable.Range(1, lexemes.Length).Select(term => (short)term)];

        string plan = await FunctionPlan.OfAsync(
            database,
            org.As(OrgRole.Analyst),
            new NpgsqlBatchCommand(
                "select * from callintel.search_texts($1, $2, null, null, null, null, null, null, null, null, null, 9)"
            )
            {
                Parameters =
                {
                    new() { Value = lexemes },
                    new() { Value = terms },
                },
            },
            of: "candidates"
        );

        Assert.InRange(lexemes.Length, 3, 7);
        long most = Nodes()
            .Matches(plan)
            .Max(node => (long)(Number(node.Groups["rows"]) * Number(node.Groups["loops"])));
        Assert.InRange(most, Copies, (Copies + 1) * lexemes.Length);
    }

    static double Number(Group text) => double.Parse(text.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\(actual rows=(?<rows>[0-9.]+) loops=(?<loops>[0-9]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Nodes();
}
