using System.Globalization;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;
using CallIntel.Sdk.IntegrationTests.Dashboards;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Questions;

/// <summary>
/// Random questions, plans and replies of a model reveal nothing of another org: an org without events gets zeros,
/// however it names the members, teams, lines and contacts of an org with events.
/// </summary>
public sealed class QuestionFuzzTests(DatabaseFixture fixture, ITestOutputHelper output)
    : IClassFixture<DatabaseFixture>
{
    const string Secret = "Zzyzx";
    const int Lanes = 2;

    static readonly string[] Words =
    [
        "calls",
        "missed",
        "answered",
        "texts",
        "talk",
        "time",
        "by",
        "agent",
        "team",
        "line",
        "per",
        "day",
        "last",
        "week",
        "month",
        "2026",
        "february",
        "march",
        "between",
        "and",
        "9",
        "17",
        "top",
        "5",
        "callers",
        "compared",
        "to",
        "before",
        "inbound",
        "outbound",
        "new",
        "customers",
        "rate",
        "answer",
        "of",
        Secret,
        "Alpha",
        "Beta",
        "Gamma",
        "the",
        "on",
        "weekdays",
        "since",
        "how",
        "many",
        "who",
        "called",
        "us",
        "about",
        "\"x\"",
        "'",
        ";",
        "--",
        "select",
        "org",
        "+4520100000",
        "all",
        "fastest",
        "voicemails",
        "busiest",
        "hours",
        "average",
        "or",
        "1=1",
        "💥",
        "é",
        "/",
        "-",
        "?",
        "callintel_private.events",
        "in",
        "2025",
        "quarter",
        "q1",
        "back",
        "not",
        "cost",
        "yesterday",
        "ago",
        "3",
    ];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Questions_plans_and_replies_reveal_nothing_of_another_org()
    {
        int attempts = FuzzSize.Choose(400, 100_000);
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 74, 300, Cancellation);
        Guid[] ids = await NameAsync(traffic);
        long answered = 0,
            refused = 0,
            failed = 0;
        async Task Lane(int lane)
        {
            Random random = new(unchecked(FuzzSize.Seed + lane));
            await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
            for (int i = lane; i < attempts; i += Lanes)
            {
                string what = "";
                try
                {
                    (what, QuestionAnswer answer) = (i % 4) switch
                    {
                        0 or 1 => await AskAsync(session, Question(random), null),
                        2 => await AnswerAsync(session, Plan(random, ids)),
                        _ => await AskAsync(session, Question(random), Reply(random, ids)),
                    };
                    if (answer.IsAnswered)
                        Interlocked.Increment(ref answered);
                    else
                        Interlocked.Increment(ref refused);
                    Assert.All(answer.Rows, row =>
                    {
                        Assert.True(row.Value is null or 0 && row.Comparison is null or 0, what);
                        Assert.DoesNotContain(Secret, row.Label ?? "", StringComparison.Ordinal);
                    });
                    Assert.DoesNotContain(
                        $"{Secret} A",
                        $"{answer.Restatement}{answer.Refusal?.Message}",
                        StringComparison.Ordinal
                    );
                    Assert.All(answer.Refusal?.Suggestions ?? [], text =>
                        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal)
                    );
                }
                catch (CallIntelException e)
                {
                    Interlocked.Increment(ref failed);
                    Assert.True(e.Code is ErrorCodes.InvalidPlan or ErrorCodes.InvalidTimeRange, $"{what}: {e}");
                }
            }
        }
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(Lane));
        output.WriteLine($"seed {FuzzSize.Seed}: {answered} answered, {refused} refused, {failed} invalid, 0 leaked");
        Assert.True(
            answered > attempts / 20,
            $"Only {answered} of {attempts} were answered. The others prove nothing."
        );

        // The same questions find something where there is something: the zeros above are not the only possible answer.
        await using OrgSession owner = await traffic.Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        QuestionAnswer full = await owner.Questions.AskAsync($"calls of {Secret} Alpha in 2026", null, Cancellation);
        Assert.True(full.Rows[0].Value > 0);
        Assert.Contains($"{Secret} Alpha", full.Restatement!, StringComparison.Ordinal);
    }

    async Task<Guid[]> NameAsync(GeneratedTraffic traffic)
    {
        await using OrgSession owner = await traffic.Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Members.SetDisplayNameAsync(traffic.Org.Members[OrgRole.Member], $"{Secret} Alpha", Cancellation);
        TeamId team = await owner.Teams.CreateAsync($"{Secret} Beta", Cancellation);
        await owner.Teams.AddMemberAsync(team, traffic.Org.Members[OrgRole.Member], Cancellation);
        LineId line = await owner.Lines.AddAsync(
            "+4532123456",
            label: $"{Secret} Gamma",
            cancellationToken: Cancellation
        );
        ContactId contact = traffic.Contacts.Values.First();
        await owner.Contacts.SetDisplayNameAsync(contact, $"{Secret} Delta", Cancellation);
        return [traffic.Org.Members[OrgRole.Member].Value, team.Value, line.Value, contact.Value, traffic.Org.Id.Value];
    }

    static async Task<(string, QuestionAnswer)> AskAsync(OrgSession session, string question, string? reply)
    {
        QuestionOptions options = new()
        {
            TimeZone = "Europe/Copenhagen",
            Model = reply is null
                ? null
                : new QuestionModel(ScriptedChatClient.Replying(reply))
                {
                    FallsBack = false,
                    PlansEveryQuestion = true,
                },
        };
        return ($"{question} / {reply}", await session.Questions.AskAsync(question, options, Cancellation));
    }

    static async Task<(string, QuestionAnswer)> AnswerAsync(OrgSession session, string json) =>
        (json, await session.Questions.AnswerAsync(QuestionPlan.FromJson(json), Cancellation));

    static string Question(Random random)
    {
        StringBuilder text = new();
        for (int words = random.Next(1, 9); words > 0; words--)
            text.Append(Words[random.Next(Words.Length)]).Append(random.Next(20) == 0 ? ", " : " ");
        if (random.Next(20) == 0)
            text.Insert(random.Next(text.Length), (char)random.Next(1, 0x2FFF));
        return text.ToString();
    }

    static string Reply(Random random, Guid[] ids)
    {
        string plan = $$"""{"plan":{{Plan(random, ids)}}}""";
        return random.Next(3) == 0 ? plan[..random.Next(plan.Length)] : plan;
    }

    /// <summary>A plan in JSON, valid more often than not, with ids of the other org.</summary>
    static string Plan(Random random, Guid[] ids)
    {
        DateTime from = new DateTime(2025, 10, 1).AddHours(random.Next(24 * 200));
        List<string> members =
        [
            $"\"metric\":\"{Pick<QuestionMetric>(random)}\"",
            $"\"from\":\"{Text(from)}\"",
            $"\"to\":\"{Text(from.AddHours(random.Next(-3, 24 * 120)))}\"",
            "\"time_zone\":\"Europe/Copenhagen\"",
        ];
        void Sometimes(int oneIn, string member)
        {
            if (random.Next(oneIn) == 0)
                members.Add(member);
        }
        Sometimes(2, $"\"dimension\":\"{Pick<QuestionDimension>(random)}\"");
        Sometimes(3, $"\"grain\":\"{Pick<QuestionGrain>(random)}\"");
        Sometimes(5, $"\"channel\":\"{Pick<QuestionChannel>(random)}\"");
        Sometimes(4, $"\"direction\":\"{Pick<EventDirection>(random)}\"");
        Sometimes(8, $"\"outcome\":\"{Pick<EventOutcome>(random)}\"");
        Sometimes(12, $"\"contact_kind\":\"{Pick<QuestionContacts>(random)}\"");
        Sometimes(
            8,
            $"\"hours\":{{\"days\":[\"monday\",\"sunday\"],\"from\":{random.Next(-1, 24)},\"to\":{random.Next(1, 26)}}}"
        );
        Sometimes(8, "\"in_business_hours\":true");
        Sometimes(4, $"\"members\":[\"{ids[random.Next(ids.Length)]}\"]");
        Sometimes(6, $"\"teams\":[\"{ids[random.Next(ids.Length)]}\"]");
        Sometimes(6, $"\"lines\":[\"{ids[random.Next(ids.Length)]}\"]");
        Sometimes(5, $"\"contacts\":[\"{ids[random.Next(ids.Length)]}\"]");
        Sometimes(20, "\"sources\":[\"generated\"]");
        Sometimes(10, "\"search\":\"text\"");
        Sometimes(4, $"\"limit\":{random.Next(0, 110)}");
        Sometimes(6, $"\"order\":\"{Pick<QuestionOrder>(random)}\"");
        Sometimes(5, $"\"comparison\":{{\"from\":\"{Text(from.AddDays(-30))}\",\"to\":\"{Text(from)}\"}}");
        Sometimes(30, $"\"org_id\":\"{ids[^1]}\"");
        return $"{{{string.Join(",", members)}}}";
    }

    static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The name of a value in snake case.</summary>
    static string Pick<T>(Random random)
        where T : struct, Enum
    {
        string name = Enum.GetNames<T>()[random.Next(Enum.GetNames<T>().Length)];
        return string.Concat(
            name.Select(
                (c, i) => i > 0 && char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"
            )
        );
    }
}
