using CallIntel.Sdk.Events;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Questions.Planning;
using CallIntel.Sdk.Tenancy;
using CsCheck;

namespace CallIntel.Sdk.Tests.Questions;

/// <summary>Plans of questions, and random valid plans.</summary>
static class Plans
{
    internal static string PathOf(string file) =>
        Path.Combine(SourceTree.Root, "tests/CallIntel.Sdk.Tests/Questions", file);

    internal static PlanResult Result(string question, QuestionPlan? previous = null) =>
        DeterministicPlanner.Plan(
            question,
            AskedQuestions.Clock,
            AskedQuestions.Zone,
            AskedQuestions.Vocabulary,
            previous
        );

    internal static QuestionPlan Of(string question, QuestionPlan? previous = null)
    {
        PlanResult result = Result(question, previous);
        Assert.True(result.Plan is not null, $"{question}: {result.Refusal?.Message}");
        return result.Plan;
    }

    static Gen<PlanPeriod> Period { get; } =
        from start in Gen.Long[0, 20L * 365 * 24 * 60]
        from length in Gen.Long[1, 3L * 365 * 24 * 60]
        let time = new DateTime(2010, 1, 1).AddMinutes(start)
        select new PlanPeriod(time, time.AddMinutes(length));

    internal static Gen<QuestionPlan> Generator { get; } =
        from metric in Enum<QuestionMetric>()
        from period in Period
        from comparison in Maybe(Period)
        from dimension in Maybe(Enum<QuestionDimension>())
        from grain in Maybe(Enum<QuestionGrain>())
        from channel in Maybe(Enum<QuestionChannel>())
        from direction in Maybe(Enum<EventDirection>())
        from outcome in Maybe(Enum<EventOutcome>())
        from contacts in Maybe(Enum<QuestionContacts>())
        from days in Gen.Int[1, 127]
        from start in Gen.Int[0, 23]
        from length in Gen.Int[1, 24]
        from hours in Gen.Int[0, 2]
        from ids in Gen.Guid.Array[0, 20]
        from sources in Gen.String[Gen.Char.AlphaNumeric, 1, 30].Array[0, 5]
        from search in Gen.String[Gen.Char.AlphaNumeric, 1, 200]
        from limit in Maybe(Gen.Int[1, 100])
        from order in Maybe(Enum<QuestionOrder>())
        select new QuestionPlan
        {
            Metric = metric,
            Period = period,
            TimeZone = "Europe/Copenhagen",
            Comparison = comparison,
            Dimension = dimension,
            Grain = grain,
            Channel = channel,
            Direction = direction,
            Outcome = outcome,
            ContactKind = contacts,
            Hours = hours == 1 ? new PlanHours((PlanDays)days, start, Math.Min(24, start + length)) : null,
            InBusinessHours = hours == 2 ? days % 2 == 0 : null,
            Members = PlanList<MemberId>.Create(ids.Take(3).Select(id => new MemberId(id))),
            Teams = PlanList<TeamId>.Create(ids.Skip(3).Take(3).Select(id => new TeamId(id))),
            Lines = PlanList<LineId>.Create(ids.Skip(6).Take(3).Select(id => new LineId(id))),
            Contacts = PlanList<ContactId>.Create(ids.Skip(9).Select(id => new ContactId(id))),
            Sources = PlanList<string>.Create(sources),
            Search = metric is QuestionMetric.Matches ? search : null,
            Limit = limit,
            Order = order,
        };

    static Gen<T> Enum<T>()
        where T : struct, System.Enum =>
        Gen.Int[0, System.Enum.GetValues<T>().Length - 1].Select(i => System.Enum.GetValues<T>()[i]);

    static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : struct => Gen.Frequency((1, Gen.Const((T?)null)), (1, gen.Select(value => (T?)value)));
}
