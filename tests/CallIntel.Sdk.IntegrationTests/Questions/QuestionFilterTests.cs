using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Questions;

/// <summary>Questions about costs, sources, and new and returning contacts.</summary>
public sealed class QuestionFilterTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Regular = "+4532000001";
    const string First = "+4532000002";
    const string Second = "+4532000003";
    static readonly DateTimeOffset February = new(2026, 2, 3, 12, 0, 0, TimeSpan.Zero);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Questions_about_new_and_returning_contacts_are_answered()
    {
        TestOrg org = await CreateAsync("kinds");
        Assert.Equal(
            (2, 1),
            await ValueAsync(org, "missed calls from new customers in February 2026, vs January 2026")
        );
        Assert.Equal(
            (1, 0),
            await ValueAsync(org, "missed calls from returning customers in Feb 2026 vs January 2026")
        );
        // A withheld number is neither new nor known.
        Assert.Equal((4, null), await ValueAsync(org, "missed calls in February 2026"));
        Assert.Equal((1.0 / 3, null), await ValueAsync(org, "answer rate for new callers in February 2026"));
        QuestionAnswer agents = await AskAsync(org, "missed calls from new customers by agent in February 2026");
        Assert.Equal(
            "Missed calls with new contacts by agent, Sun 1 Feb 2026 to Sat 28 Feb 2026 (UTC)",
            agents.Restatement
        );
        Assert.Equal([1, 1], agents.Rows.Select(row => row.Value));
        Assert.Equal((1, null), await ValueAsync(org, "how many returning customers called in February 2026"));
    }

    [Fact]
    public async Task Questions_about_sources_are_answered()
    {
        TestOrg org = await CreateAsync("sources");
        QuestionAnswer bySource = await AskAsync(org, "calls by source in February 2026");
        Assert.Equal([("pbx", 4), ("twilio", 1)], bySource.Rows.Select(row => (row.Label!, (int)row.Value!.Value)));
        Assert.Equal("Calls by source, Sun 1 Feb 2026 to Sat 28 Feb 2026 (UTC)", bySource.Restatement);
        Assert.Equal((1, null), await ValueAsync(org, "calls on twilio in February 2026"));
        Assert.Equal((3, null), await ValueAsync(org, "messages from twilio in February 2026"));
        QuestionPlan plan = (await AskAsync(org, "calls on twilio in February 2026")).Plan!;
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        QuestionAnswer both = await session.Questions.AnswerAsync(
            plan with
            {
                Sources = PlanList<string>.Create("pbx", "twilio"),
            },
            Cancellation
        );
        Assert.Equal(5, both.Rows.Single().Value);
        QuestionAnswer unknown = await session.Questions.AnswerAsync(
            plan with
            {
                Sources = PlanList<string>.Create("'; drop table x; --"),
            },
            Cancellation
        );
        Assert.Equal(RefusalReason.UnknownWord, unknown.Refusal?.Reason);
        Assert.DoesNotContain("drop", unknown.Refusal!.Message, StringComparison.Ordinal);
        // A source of another org is unknown.
        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Equal(
            RefusalReason.UnknownWord,
            (await foreign.Questions.AnswerAsync(plan, Cancellation)).Refusal?.Reason
        );
    }

    [Fact]
    public async Task Questions_about_costs_are_answered_in_one_currency()
    {
        TestOrg org = await CreateAsync("costs");
        QuestionAnswer spent = await AskAsync(org, "what did we spend on messages in February 2026");
        Assert.Equal(
            (0.03, QuestionUnit.Money, "USD"),
            (Math.Round(spent.Rows.Single().Value!.Value, 6), spent.Unit, spent.Currency)
        );
        Assert.Equal("Cost of messages, Sun 1 Feb 2026 to Sat 28 Feb 2026 (UTC)", spent.Restatement);
        QuestionAnswer months = await AskAsync(org, "cost of sms per month in 2026");
        Assert.Equal(0.03, months.Rows[1].Value!.Value, 6);
        Assert.All(months.Rows.Where((_, i) => i != 1), row => Assert.Null(row.Value)); // no prices, not a price of 0
        Assert.Equal(
            0.02,
            (await ValueAsync(org, "what did texts to new contacts cost in February 2026")).Item1!.Value,
            6
        );
        QuestionAnswer mixed = await AskAsync(org, "total cost in February 2026");
        Assert.Equal(RefusalReason.NotAnswerable, mixed.Refusal?.Reason);
        Assert.NotEmpty(mixed.Refusal!.Suggestions);
        QuestionAnswer contacts = await AskAsync(org, "cost by customer in February 2026");
        Assert.Equal(RefusalReason.NotAnswerable, contacts.Refusal?.Reason);
    }

    async Task<TestOrg> CreateAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        MemberId anna = org.Members[OrgRole.Member];
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Ingestion.WriteAsync(
            new IngestSource("pbx"),
            [
                Call("1", February.AddMonths(-1), Regular, EventOutcome.Missed),
                Call("2", February, Regular, EventOutcome.Missed),
                Call("3", February.AddHours(1), First, EventOutcome.Missed) with
                {
                    Member = anna,
                },
                Call("4", February.AddHours(2), Second, EventOutcome.Busy) with
                {
                    Member = org.Members[OrgRole.Analyst],
                    Details = new() { Price = 0.5m, Currency = "EUR" },
                },
                Call("5", February.AddHours(3), null, EventOutcome.Missed),
            ],
            Cancellation
        );
        await owner.Ingestion.WriteAsync(
            new IngestSource("twilio"),
            [
                Call("6", February.AddHours(4), First, EventOutcome.Completed) with
                {
                    Duration = TimeSpan.FromMinutes(1),
                },
                Text("7", February.AddHours(5), First),
                Text("8", February.AddHours(6), Second),
                Text("9", February.AddHours(7), Regular),
            ],
            Cancellation
        );
        return org;
    }

    static EventRecord Call(string id, DateTimeOffset at, string? party, EventOutcome outcome) =>
        new()
        {
            OccurredAt = at,
            Channel = EventChannel.Call,
            Direction = EventDirection.Inbound,
            Outcome = outcome,
            Party = party,
            ExternalId = id,
        };

    static EventRecord Text(string id, DateTimeOffset at, string party) =>
        new()
        {
            OccurredAt = at,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = EventOutcome.Sent,
            Party = party,
            ExternalId = id,
            Body = "text",
            Details = new() { Price = -0.01m, Currency = "USD" },
        };

    static async Task<QuestionAnswer> AskAsync(TestOrg org, string question)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        return await session.Questions.AskAsync(question, new QuestionOptions { TimeZone = "UTC" }, Cancellation);
    }

    static async Task<(double?, double?)> ValueAsync(TestOrg org, string question)
    {
        QuestionAnswer answer = await AskAsync(org, question);
        Assert.True(answer.IsAnswered, $"{question}: {answer.Refusal?.Message}");
        QuestionRow row = Assert.Single(answer.Rows);
        return (row.Value, row.Comparison);
    }
}
