using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Dashboards;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Questions;

/// <summary>Answers to questions, compared with a recount of the records.</summary>
public sealed class QuestionTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Zone = "Europe/Copenhagen";
    static readonly QuestionOptions Options = new() { TimeZone = Zone };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_match_a_recount_of_the_records()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 71, 1_500, Cancellation);
        Dictionary<MemberId, string> names = [];
        await using (OrgSession owner = await traffic.Org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            foreach ((OrgRole role, MemberId member) in traffic.Org.Members)
                await owner.Members.SetDisplayNameAsync(member, names[member] = $"{role}a Berg{role}", Cancellation);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);

        EventRecord[] february = [.. traffic.Records.Where(r => IsIn(r, "2026-02-01", "2026-03-01"))];
        EventRecord[] january = [.. traffic.Records.Where(r => IsIn(r, "2026-01-01", "2026-02-01"))];
        EventRecord[] march = [.. traffic.Records.Where(r => IsIn(r, "2026-03-01", "2026-04-01"))];
        Assert.True(february.Length > 50 && january.Length > 50 && march.Length > 50);

        async Task<QuestionAnswer> Ask(string question, QuestionPlan? previous = null)
        {
            QuestionAnswer answer = await session.Questions.AskAsync(
                question,
                Options with
                {
                    Previous = previous,
                },
                Cancellation
            );
            Assert.True(answer.IsAnswered, $"{question}: {answer.Refusal?.Message}");
            return answer;
        }

        QuestionAnswer calls = await Ask("how many calls in February 2026, compared to the month before");
        Assert.Equal((february.Count(IsCall), january.Count(IsCall)), Only(calls));
        Assert.Equal(QuestionChart.Number, calls.Chart);
        Assert.NotNull(calls.AsOf);
        Assert.Equal(
            "Calls, Sun 1 Feb 2026 to Sat 28 Feb 2026, "
                + "compared with Thu 1 Jan 2026 to Sat 31 Jan 2026 (Europe/Copenhagen)",
            calls.Restatement
        );
        Assert.Equal(
            (february.Count(r => IsMessage(r) && r.Direction is EventDirection.Inbound), null),
            Only(await Ask("texts received in February 2026"))
        );
        Assert.Equal(
            (february.Count(r => r.Channel is EventChannel.Voicemail), null),
            Only(await Ask("voicemails in Feb 2026"))
        );

        QuestionAnswer missed = await Ask("missed calls in February 2026 by agent");
        Assert.Equal(
            Grouped(february.Where(IsMissedCall), r => r.Member is { } member ? names[member] : "unknown"),
            missed.Rows.Where(row => row.Value > 0).ToDictionary(row => row.Label!, row => (int)row.Value!)
        );
        Assert.Equal(QuestionChart.Bar, missed.Chart);
        string most = missed.Rows[0].Label!;
        QuestionAnswer one = await Ask($"missed calls of {most} in February 2026");
        Assert.Equal(missed.Rows[0].Value, Assert.Single(one.Rows).Value);
        QuestionAnswer next = await Ask("and the month before?", one.Plan);
        Assert.Equal(january.Count(r => IsMissedCall(r) && r.Member is { } m && names[m] == most), Only(next).Value);

        QuestionAnswer days = await Ask("answer rate per day between 2026-03-27 and 2026-03-31");
        Assert.Equal(5, days.Rows.Count);
        foreach (QuestionRow day in days.Rows)
        {
            EventRecord[] inbound =
            [
                .. march.Where(r =>
                    IsCall(r) && r.Direction is EventDirection.Inbound && Day(r) == day.Start!.Value.Date
                ),
            ];
            int answered = inbound.Count(IsAnswered),
                lost = inbound.Count(IsMissedCall);
            Assert.Equal(answered + lost == 0 ? null : (double)answered / (answered + lost), day.Value);
        }
        Assert.Equal([1, 1, 1, 2, 2], days.Rows.Select(row => (int)row.Start!.Value.Offset.TotalHours));
        Assert.Equal(QuestionChart.Line, days.Chart);

        Assert.Equal(
            march
                .Where(r => IsCall(r) && Local(r).Hour is >= 9 and < 17)
                .Where(r => Local(r).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                .GroupBy(r => Local(r).Hour)
                .ToDictionary(g => $"{g.Key:00}:00", g => g.Count()),
            (await Ask("calls by hour of the day on weekdays between 9 and 17 in March 2026")).Rows.ToDictionary(
                row => row.Label!,
                row => (int)row.Value!
            )
        );
        Assert.Equal(
            Grouped(february.Where(IsCall), r => r.Outcome.ToString().ToLowerInvariant()),
            (await Ask("calls by outcome in February 2026"))
                .Rows.Where(row => row.Value > 0)
                .ToDictionary(row => row.Label!, row => (int)row.Value!)
        );
        Assert.Equal(
            february.Where(IsCall).Sum(r => (long)(r.Duration?.TotalSeconds ?? 0)),
            Only(await Ask("talk time in February 2026")).Value
        );
        string[] callersOf =
        [
            .. february.Where(r => IsCall(r) && r is { Direction: EventDirection.Inbound }).Select(r => r.Party!),
        ];
        Assert.Equal(
            callersOf.Where(party => party is not null).Distinct().Count(),
            Only(await Ask("how many people called us in February 2026")).Value
        );
        (string, int)[] callers =
        [
            .. february
                .Where(r => IsCall(r) && r is { Direction: EventDirection.Inbound, Party: not null })
                .GroupBy(r => r.Party!)
                .Where(g => g.Count() >= DashboardReader.SmallestGroup)
                .Select(g => (g.Key, g.Count()))
                .OrderByDescending(g => g.Item2)
                .Take(3),
        ];
        Assert.Equal(
            callers.Select(c => c.Item2),
            (await Ask("top 3 callers in February 2026")).Rows.Select(row => (int)row.Value!)
        );
    }

    [Fact]
    public async Task Returned_calls_and_response_times_are_those_of_the_dashboards()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 72, 800, Cancellation);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        TimeRange february = new(
            new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.FromHours(1)),
            new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.FromHours(1))
        );
        IReadOnlyList<UnansweredDay> days = (
            await session.Dashboards.UnansweredCallsAsync(february, Zone, Cancellation)
        ).Rows;
        ResponseTimes times = (await session.Dashboards.ResponseTimesAsync(february, Cancellation)).Rows[0];
        Assert.True(days.Sum(d => d.CalledBack) > 0 && times.Answered > 0);

        async Task<double?> Ask(string question) =>
            Only(await session.Questions.AskAsync(question, Options, Cancellation)).Value;
        Assert.Equal(days.Sum(d => d.CalledBack), await Ask("missed calls that were returned in February 2026"));
        Assert.Equal(
            days.Sum(d => d.Unanswered - d.CalledBack),
            await Ask("missed calls that nobody called back in Feb 2026")
        );
        Assert.Equal(times.MedianSeconds, await Ask("how fast do we reply to texts in February 2026"));
        Assert.Equal(times.AnsweredShare, await Ask("what share of texts do we reply to in February 2026"));
        QuestionAnswer perDay = await session.Questions.AskAsync(
            "how fast did we call back per day in February 2026",
            Options,
            Cancellation
        );
        Assert.Equal(
            days.Where(d => d.MedianSecondsToCallBack is not null).Select(d => d.MedianSecondsToCallBack),
            perDay.Rows.Where(row => row.Value is not null).Select(row => row.Value)
        );
        QuestionAnswer month = await session.Questions.AskAsync(
            "how fast did we call back in February 2026",
            Options,
            Cancellation
        );
        Assert.Equal(RefusalReason.NotAnswerable, month.Refusal?.Reason);
        Assert.NotEmpty(month.Refusal!.Suggestions);
    }

    [Fact]
    public async Task Only_what_the_member_may_see_can_be_asked_about()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 73, 400, Cancellation);
        MemberId anna = traffic.Org.Members[OrgRole.Member];
        await using (OrgSession owner = await traffic.Org.OpenSessionAsync(OrgRole.Owner, Cancellation))
        {
            await owner.Members.SetDisplayNameAsync(anna, "Annabella Zetterlund", Cancellation);
            await owner.Teams.CreateAsync("Quartermasters", Cancellation);
            await owner.Lines.AddAsync("+4532123456", label: "Lighthouse", cancellationToken: Cancellation);
        }
        async Task<QuestionAnswer> Ask(TestOrg org, OrgRole role, string question)
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            return await session.Questions.AskAsync(question, Options, Cancellation);
        }

        Assert.True((await Ask(traffic.Org, OrgRole.Analyst, "calls of Annabella in February 2026")).IsAnswered);
        Assert.True((await Ask(traffic.Org, OrgRole.Analyst, "calls on the Lighthouse line in 2026")).IsAnswered);
        Assert.True((await Ask(traffic.Org, OrgRole.Viewer, "calls of the Quartermasters in 2026")).IsAnswered);
        // Viewers see no names of members and lines, and nobody sees those of another org.
        foreach (string name in (string[])["Annabella", "Zetterlund", "Lighthouse"])
        {
            QuestionAnswer hidden = await Ask(traffic.Org, OrgRole.Viewer, $"calls of {name} in February 2026");
            Assert.Equal(RefusalReason.UnknownWord, hidden.Refusal?.Reason);
            Assert.DoesNotContain(
                "Zetterlund",
                string.Join(" ", hidden.Refusal!.Suggestions),
                StringComparison.Ordinal
            );
        }
        foreach (string name in (string[])["Annabela", "Zetterlund", "Lighthouse", "Quartermasters"])
        {
            QuestionAnswer foreign = await Ask(fixture.Foreign, OrgRole.Owner, $"calls of {name} in February 2026");
            Assert.Equal(RefusalReason.UnknownWord, foreign.Refusal?.Reason);
            Assert.DoesNotContain(
                "Annabella",
                string.Join(" ", foreign.Refusal!.Suggestions),
                StringComparison.Ordinal
            );
        }

        // A member counts the own events only.
        EventRecord[] own = [.. traffic.Records.Where(r => r.Member == anna && IsIn(r, "2026-02-01", "2026-03-01"))];
        Assert.Equal(own.Count(IsCall), Only(await Ask(traffic.Org, OrgRole.Member, "calls in February 2026")).Value);

        // A plan with ids of another org is answered like one with ids that nobody has.
        QuestionPlan plan = (await Ask(traffic.Org, OrgRole.Analyst, "calls of Annabella in February 2026")).Plan!;
        await using OrgSession elsewhere = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        QuestionAnswer stolen = await elsewhere.Questions.AnswerAsync(plan, Cancellation);
        Assert.Equal(0, Only(stolen).Value);
        Assert.DoesNotContain("Annabella", stolen.Restatement!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_input_is_refused_and_the_session_stays_usable()
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        foreach (
            (string question, RefusalReason reason) in ((string, RefusalReason)[])
                [
                    ("", RefusalReason.Empty),
                    (" ?! ", RefusalReason.Empty),
                    (new string('x', 100_000), RefusalReason.TooLong),
                    (string.Concat(Enumerable.Repeat("a ", 240)), RefusalReason.TooLong),
                    ("missed calls\0last week", RefusalReason.NotText),
                    ("missed calls\u001b[2J", RefusalReason.NotText),
                    ("missed \u202Ecalls", RefusalReason.NotText),
                    ("missed calls \ud800", RefusalReason.NotText),
                    ("wie viele Anrufe haben wir gestern verpasst", RefusalReason.UnknownWord),
                    ("昨日の不在着信", RefusalReason.UnknownWord),
                    ("'; drop table callintel_private.events; --", RefusalReason.UnknownWord),
                    ("calls in the next week", RefusalReason.Future),
                    ("calls on 31 February 2026", RefusalReason.InvalidTime),
                    ("calls on 3/4/2026", RefusalReason.Ambiguous),
                    ("and by agent?", RefusalReason.NoPreviousQuestion),
                ]
        )
        {
            QuestionAnswer answer = await session.Questions.AskAsync(question, Options, Cancellation);
            Assert.True(answer.Refusal is not null, question.Length < 100 ? question : "long");
            Assert.True(
                reason == answer.Refusal.Reason
                    || (reason is RefusalReason.UnknownWord && answer.Refusal.Reason is RefusalReason.NotAnswerable),
                $"{(question.Length < 100 ? question : "long")}: {answer.Refusal.Reason}"
            );
        }
        CallIntelException zone = await Assert.ThrowsAsync<CallIntelException>(() =>
            session.Questions.AskAsync("calls today", new QuestionOptions { TimeZone = "Mars/Olympus" }, Cancellation)
        );
        Assert.Equal(ErrorCodes.UnknownTimeZone, zone.Code);
        await Assert.ThrowsAsync<ArgumentNullException>(() =>
            session.Questions.AskAsync(null!, cancellationToken: Cancellation)
        );
        QuestionAnswer usable = await session.Questions.AskAsync("calls today", Options, Cancellation);
        Assert.Equal(0, Only(usable).Value);
    }

    [Fact]
    public async Task An_answer_has_a_bounded_number_of_rows()
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        QuestionAnswer hours = await session.Questions.AskAsync("calls in 2025", Options, Cancellation);
        QuestionAnswer refused = await session.Questions.AnswerAsync(
            hours.Plan! with
            {
                Grain = QuestionGrain.Hour,
            },
            Cancellation
        );
        Assert.Equal(RefusalReason.NotAnswerable, refused.Refusal?.Reason);
        QuestionAnswer days = await session.Questions.AskAsync("calls per day in 2025", Options, Cancellation);
        Assert.Equal(365, days.Rows.Count);
        Assert.All(days.Rows, row => Assert.Equal(0, row.Value));
    }

    static (double? Value, double? Comparison) Only(QuestionAnswer answer)
    {
        Assert.True(answer.IsAnswered, answer.Refusal?.Message);
        QuestionRow row = Assert.Single(answer.Rows);
        return (row.Value, row.Comparison);
    }

    static Dictionary<string, int> Grouped(IEnumerable<EventRecord> records, Func<EventRecord, string> key) =>
        records.GroupBy(key).ToDictionary(g => g.Key, g => g.Count());

    static DateTime Local(EventRecord record) => Zones.Local(record.OccurredAt, Zone).DateTime;

    static DateTime Day(EventRecord record) => Local(record).Date;

    static bool IsIn(EventRecord record, string from, string to) =>
        Local(record) >= DateTime.Parse(from, System.Globalization.CultureInfo.InvariantCulture)
        && Local(record) < DateTime.Parse(to, System.Globalization.CultureInfo.InvariantCulture);

    static bool IsCall(EventRecord record) => record.Channel is EventChannel.Call;

    static bool IsMessage(EventRecord record) => record.Channel is EventChannel.Sms or EventChannel.Mms;

    static bool IsAnswered(EventRecord record) => record.Outcome is EventOutcome.Completed;

    static bool IsMissedCall(EventRecord record) =>
        IsCall(record)
        && record.Direction is EventDirection.Inbound
        && record.Outcome is EventOutcome.Missed or EventOutcome.Busy or EventOutcome.Failed or EventOutcome.Rejected;
}
