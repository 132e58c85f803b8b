using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Search.SearchHarness;

namespace CallIntel.Sdk.IntegrationTests.Search;

/// <summary>Tests what a search reads: generic plans expect that it finds next to nothing.</summary>
public sealed partial class SearchPlanTests(ServerFixture server)
{
    const int Copies = 2000;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_content_with_a_word_of_the_search_is_scored_once()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        TestOrg org = await OrgAsync(database, "many", [Message(0, "The delivery of my order is late again")]);
        await ExecuteAsync(
            database,
            $"""
            insert into callintel_private.event_lexemes (
                org_id, event_id, chunk, revision, contact_id, member_id, source_id, channel, direction, words,
                lexemes)
            select l.org_id, gen_random_uuid(), l.chunk, l.revision, l.contact_id, l.member_id, l.source_id,
                   l.channel, l.direction, l.words, l.lexemes
              from callintel_private.event_lexemes l, generate_series(1, {Copies}) n
             where l.org_id = '{org.Id}'
            """
        );

        (string plan, int terms) = await PlanAsync(database, org, of: "candidates");

        Assert.InRange(terms, 3, 7);
        Assert.InRange(MostRows(plan), Copies, (Copies + 1) * terms);
    }

    [Fact]
    public async Task Only_the_events_that_were_found_are_looked_up()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        TestOrg org = await OrgAsync(
            database,
            "most are others",
            Enumerable.Range(0, 300).Select(n => Message(n, n == 0 ? "The delivery is late again" : $"Number {n}"))
        );

        (string plan, int _) = await PlanAsync(database, org, of: "search_texts.lexemes");

        Assert.InRange(MostRows(plan), 1, 10);
    }

    /// <summary>The plan of a search by the words of the oldest content.</summary>
    static async Task<(string Plan, int Terms)> PlanAsync(TestDatabase database, TestOrg org, string of)
    {
        await ExecuteAsync(database, "vacuum analyze");
        string[] lexemes = await ScalarAsync<string[]>(
            database,
            "select tsvector_to_array(lexemes) from callintel_private.event_lexemes order by event_id limit 1"
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
            of
        );
        return (plan, lexemes.Length);
    }

    static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>The largest number of rows that a node of a plan returned, in all its loops together.</summary>
    static long MostRows(string plan) =>
        Nodes().Matches(plan).Max(node => (long)(Number(node.Groups["rows"]) * Number(node.Groups["loops"])));

    static double Number(Group text) => double.Parse(text.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\(actual rows=(?<rows>[0-9.]+) loops=(?<loops>[0-9]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Nodes();
}
