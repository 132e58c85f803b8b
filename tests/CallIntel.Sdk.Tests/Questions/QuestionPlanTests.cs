using System.Text.Json;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Tenancy;
using CsCheck;

namespace CallIntel.Sdk.Tests.Questions;

public sealed class QuestionPlanTests
{
    static readonly QuestionPlan Full = new()
    {
        Metric = QuestionMetric.MissedCalls,
        Period = new PlanPeriod(new DateTime(2026, 6, 8), new DateTime(2026, 6, 15, 14, 30, 0)),
        TimeZone = "Europe/Copenhagen",
        Comparison = new PlanPeriod(new DateTime(2026, 6, 1), new DateTime(2026, 6, 8)),
        Dimension = QuestionDimension.Member,
        Grain = QuestionGrain.Day,
        Channel = QuestionChannel.Call,
        Direction = EventDirection.Inbound,
        Outcome = EventOutcome.Busy,
        ContactKind = QuestionContacts.New,
        Hours = new PlanHours(PlanDays.Weekdays, 9, 17),
        Members = PlanList<MemberId>.Create(new MemberId(new Guid(1, 2, 3, new byte[8]))),
        Teams = PlanList<TeamId>.Create(new TeamId(new Guid(2, 2, 3, new byte[8]))),
        Lines = PlanList<LineId>.Create(new LineId(new Guid(3, 2, 3, new byte[8]))),
        Contacts = PlanList<ContactId>.Create(new ContactId(new Guid(4, 2, 3, new byte[8]))),
        Sources = PlanList<string>.Create("twilio", "søgning \"x\""),
        Limit = 5,
        Order = QuestionOrder.Ascending,
    };

    [Fact]
    public void The_json_form_of_a_plan_is_lossless()
    {
        Assert.Equal(Full, QuestionPlan.FromJson(Full.ToJson()));
        foreach (AskedQuestion asked in AskedQuestions.Read(Plans.PathOf("development.txt")))
            Assert.Equal(asked.Expected, QuestionPlan.FromJson(asked.Expected!.ToJson()));
        Plans.Generator.Sample(plan => Assert.Equal(plan, QuestionPlan.FromJson(plan.ToJson())));
    }

    [Fact]
    public void Plans_with_the_same_values_are_equal()
    {
        QuestionPlan same = Full with { Sources = PlanList<string>.Create("søgning \"x\"", "twilio", "twilio") };
        Assert.Equal(Full, same);
        Assert.Equal(Full.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Full, Full with { Sources = PlanList<string>.Create("twilio") });
        Assert.NotEqual(Full, Full with { Limit = 6 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"metric":"calls"}""")]
    [InlineData("""{"metric":2,"from":"2026-06-08","to":"2026-06-15","time_zone":"UTC"}""")]
    [InlineData("""{"metric":"calls, events","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC"}""")]
    [InlineData("""{"metric":"Calls","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC","sql":"select 1"}""")]
    [InlineData("""{"metric":"calls","metric":"events","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC"}""")]
    [InlineData("""{"metric":"calls","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC","org_id":"x"}""")]
    [InlineData("""{"metric":"calls","from":"2026-06-15","to":"2026-06-08","time_zone":"UTC"}""")]
    [InlineData("""{"metric":"calls","from":"2026-06-08T00:00Z","to":"2026-06-15","time_zone":"UTC"}""")]
    [InlineData("""{"metric":"calls","from":"1800-06-08","to":"2026-06-15","time_zone":"UTC"}""")]
    [InlineData("""{"metric":"calls","from":"1990-06-08","to":"2026-06-15","time_zone":"UTC"}""")]
    [InlineData("""{"metric":"calls","from":"2026-06-08","to":"2026-06-15","time_zone":null}""")]
    [InlineData("""{"metric":"calls","from":null,"to":"2026-06-15","time_zone":"UTC"}""")]
    [InlineData("""{"metric":"calls","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC","limit":101}""")]
    [InlineData("""{"metric":"calls","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC","limit":0}""")]
    [InlineData("""{"metric":"calls","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC","search":"x"}""")]
    [InlineData("""{"metric":"matches","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC"}""")]
    [InlineData("""{"metric":"matches","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC","search":" "}""")]
    [InlineData(
        """{"metric":"calls","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC","members":["1 or 1=1"]}"""
    )]
    [InlineData("""{"metric":"calls","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC","members":[null]}""")]
    [InlineData("""{"metric":"calls","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC","sources":[null]}""")]
    [InlineData(
        "{\"metric\":\"calls\",\"from\":\"2026-06-08\",\"to\":\"2026-06-15\",\"time_zone\":\"UTC\","
            + """ "hours":{"days":[],"from":9,"to":17}}"""
    )]
    [InlineData(
        "{\"metric\":\"calls\",\"from\":\"2026-06-08\",\"to\":\"2026-06-15\",\"time_zone\":\"UTC\","
            + """ "hours":{"days":["monday"],"from":17,"to":9}}"""
    )]
    [InlineData("""{"metric":"calls","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC"} {}""")]
    [InlineData("""{"metric":"calls","from":"2026-06-08","to":"2026-06-15","time_zone":"UTC",}""")]
    public void Anything_but_the_json_form_of_a_plan_is_refused(string json)
    {
        CallIntelException e = Assert.Throws<CallIntelException>(() => QuestionPlan.FromJson(json));
        Assert.Equal(ErrorCodes.InvalidPlan, e.Code);
        Assert.DoesNotContain("1=1", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Filters_and_texts_that_are_too_long_are_refused()
    {
        QuestionPlan calls = Full with { Hours = null };
        foreach (
            QuestionPlan plan in (QuestionPlan[])
                [
                    calls with
                    {
                        Members = PlanList<MemberId>.Create(Ids(21).Select(id => new MemberId(id))),
                    },
                    calls with
                    {
                        Contacts = PlanList<ContactId>.Create(Ids(21).Select(id => new ContactId(id))),
                    },
                    calls with
                    {
                        Sources = PlanList<string>.Create(new string('x', 201)),
                    },
                    calls with
                    {
                        TimeZone = new string('x', 65),
                    },
                    calls with
                    {
                        Metric = QuestionMetric.Matches,
                        Search = new string('x', 201),
                    },
                    calls with
                    {
                        Metric = (QuestionMetric)99,
                    },
                    calls with
                    {
                        Members = null!,
                    },
                    Full with
                    {
                        InBusinessHours = true,
                    },
                ]
        )
            Assert.Equal(ErrorCodes.InvalidPlan, Assert.Throws<CallIntelException>(() => plan.ToJson()).Code);
        Assert.Throws<CallIntelException>(() => QuestionPlan.FromJson(new string(' ', QuestionPlan.MaxJsonLength + 1)));
    }

    [Fact]
    public void Random_json_is_refused_with_a_code_or_read()
    {
        string valid = Full.ToJson();
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Char.AlphaNumeric, Gen.Int[0, 20])
            .Sample(
                change =>
                {
                    (int at, char c, int cut) = change;
                    string text = valid[..at] + c + valid[Math.Min(valid.Length, at + cut)..];
                    try
                    {
                        QuestionPlan.FromJson(text).ToJson();
                    }
                    catch (CallIntelException e)
                    {
                        Assert.Equal(ErrorCodes.InvalidPlan, e.Code);
                        Assert.IsNotType<JsonException>(e.InnerException);
                    }
                },
                iter: 5_000
            );
    }

    [Theory]
    [InlineData(
        "missed calls from new customers last week by agent, compared to the week before",
        "Missed calls with new contacts by agent, Mon 8 Jun 2026 to Sun 14 Jun 2026, "
            + "compared with Mon 1 Jun 2026 to Sun 7 Jun 2026 (Europe/Copenhagen)"
    )]
    [InlineData(
        "top 5 agents by talk time last month",
        "The 5 agents with the highest value of: Talk time, Fri 1 May 2026 to Sun 31 May 2026 (Europe/Copenhagen)"
    )]
    [InlineData(
        "inbound texts of Anna on the mobile line on weekdays between 9 and 17 yesterday",
        "Inbound messages of Anna Berg on the line Mobile, on weekdays between 9:00 and 17:00, "
            + "Tue 16 Jun 2026 (Europe/Copenhagen)"
    )]
    [InlineData(
        "calls about \"late delivery\" this week",
        "Calls about \"late delivery\", Mon 15 Jun 2026 to Wed 17 Jun 2026 14:30 (Europe/Copenhagen)"
    )]
    public void A_plan_can_be_restated_in_words(string question, string words)
    {
        QuestionPlan plan = Plans.Of(question);
        Assert.Equal(words, PlanWords.Restate(plan, AskedQuestions.Vocabulary.NameOf));
        Assert.DoesNotContain("Anna", plan.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Europe/Copenhagen", "2026-03-29", "2026-03-28T23:00", 23)] // the clocks go forward at 2:00
    [InlineData("Europe/Copenhagen", "2026-10-25", "2026-10-24T22:00", 25)]
    [InlineData("Africa/Cairo", "2026-04-24", "2026-04-23T22:00", 23)] // the day starts at 1:00
    [InlineData("Asia/Kathmandu", "2026-06-01", "2026-05-31T18:15", 24)]
    public void A_local_day_is_as_long_as_the_clocks_make_it(string zone, string day, string startUtc, int hours)
    {
        DateTime from = DateTime.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
        TimeRange range = new PlanPeriod(from, from.AddDays(1)).In(TimeZoneInfo.FindSystemTimeZoneById(zone));
        Assert.Equal(
            DateTime.Parse(startUtc, System.Globalization.CultureInfo.InvariantCulture),
            range.From.UtcDateTime
        );
        Assert.Equal(hours, (range.To - range.From).TotalHours);
    }

    static IEnumerable<Guid> Ids(int count) => Enumerable.Range(1, count).Select(i => new Guid(i, 0, 0, new byte[8]));
}
