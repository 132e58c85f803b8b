using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Dashboards;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Questions.Planning;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Tests.Questions;

namespace CallIntel.Benchmarks.Questions;

/// <summary>Questions in plain language: how many are understood, and what they cost beside dashboards.</summary>
sealed class QuestionsSuite : ISuite
{
    const string Zone = DashboardData.HomeZone;

    static readonly TimeRange January = new(
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)),
        new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.FromHours(1))
    );

    static DashboardQuery Query(EventChannel? channel = null, EventDirection? direction = null) =>
        new(January)
        {
            Grain = Grain.Day.In(Zone),
            Filter = new DashboardFilter { Channel = channel, Direction = direction },
        };

    /// <summary>Each question with the dashboard that answers it.</summary>
    static readonly (string Question, Func<DashboardReader, Task> Dashboard)[] Pairs =
    [
        ("calls per day in january 2026", d => d.VolumeAsync(Query(EventChannel.Call))),
        ("answer rate per day in january 2026", d => d.AnswerRateAsync(Query(direction: EventDirection.Inbound))),
        ("talk time by agent in january 2026", d => d.MemberActivityAsync(Query(EventChannel.Call))),
        ("top 10 callers in january 2026", d =>
            d.TopContactsAsync(Query(EventChannel.Call, EventDirection.Inbound), 10)
        ),
        ("missed calls that were not returned in january 2026", d =>
            d.UnansweredCallsAsync(Query(direction: EventDirection.Inbound))
        ),
        ("how fast do we reply to texts in january 2026", d => d.ResponseTimesAsync(Query())),
    ];

    public string Name => "questions";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        if (size.Wants("dev_accuracy"))
            yield return Accuracy("dev_accuracy", "development.txt", 0.95);
        if (size.Wants("held_out_accuracy"))
            yield return Accuracy("held_out_accuracy", "held-out.txt", 0.85);
        if (size.Wants("refusal"))
            yield return Accuracy("refusal", "out-of-scope.txt", 0.95);
        if (!size.Wants("p95_without_model"))
            yield break;
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server, async admin =>
            await new CallIntelOperations(admin).EnsurePartitionsAsync(SeededFeed.FirstMonth, SeededFeed.LastMonth)
        );
        await using DashboardData data = await DashboardData.CreateAsync(
            template,
            size.Pick(200_000, 20_000, atLeast: 20_000),
            5
        );
        yield return await CostAsync(data.Orgs[0].Org, size.Pick(9, 3));
    }

    Figure Accuracy(string figure, string file, double target)
    {
        IReadOnlyList<AskedQuestion> questions = AskedQuestions.Read(
            Path.Combine(Checkout.Get("tests/CallIntel.Sdk.Tests/Questions"), file)
        );
        int right = AskedQuestions.Plan(questions).Count(planned => planned.IsRight);
        return Figure.Create(
            Name,
            figure,
            [(double)right / questions.Count],
            "ratio",
            target,
            true,
            $"{right} of {questions.Count} of {file}, without a model"
        );
    }

    /// <summary>The p95 of questions divided by the p95 of the dashboards that answer them, asked in turn.</summary>
    async Task<Figure> CostAsync(TestOrg org, int runs)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        QuestionOptions options = new() { TimeZone = Zone };
        List<double> ratios = [],
            times = [];
        for (int run = -1; run < runs; run++)
        {
            List<double> asked = [],
                direct = [];
            for (int i = 0; i < 5; i++)
                foreach ((string question, Func<DashboardReader, Task> dashboard) in Pairs)
                {
                    direct.Add(await TimeAsync(() => dashboard(session.Dashboards)));
                    asked.Add(
                        await TimeAsync(async () =>
                        {
                            QuestionAnswer answer = await session.Questions.AskAsync(question, options);
                            if (answer.Rows.Count == 0)
                                throw new InvalidOperationException($"{question}: {answer}");
                        })
                    );
                }
            if (run < 0)
                continue; // warms up
            ratios.Add(Percentile(asked) / Percentile(direct));
            times.Add(Percentile(asked));
        }
        return Figure.Create(
            Name,
            "p95_without_model",
            ratios,
            "ratio",
            2,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Pairs.Length} questions, p95 {Figure.Median(times):0.0} ms, divided by the p95 of these dashboards"
            )
        );
    }

    static async Task<double> TimeAsync(Func<Task> action)
    {
        long start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    static double Percentile(List<double> values) => values.Order().ElementAt((int)(values.Count * 0.95));
}
