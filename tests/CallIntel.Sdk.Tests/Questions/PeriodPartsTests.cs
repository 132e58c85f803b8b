using System.Globalization;
using CallIntel.Sdk.Questions;

namespace CallIntel.Sdk.Tests.Questions;

/// <summary>Days within weeks, parts of months, and periods that do not say where they begin.</summary>
public sealed class PeriodPartsTests
{
    static PlanPeriod Period(string from, string to) =>
        new(DateTime.Parse(from, CultureInfo.InvariantCulture), DateTime.Parse(to, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("calls the week of May 6", "2026-05-04", "2026-05-11")]
    [InlineData("calls in the week of 2026-05-06", "2026-05-04", "2026-05-11")]
    [InlineData("texts week commencing 1 June", "2026-06-01", "2026-06-08")]
    [InlineData("calls in the week starting Monday, 25 May", "2026-05-25", "2026-06-01")]
    [InlineData("calls on Fri 5 June", "2026-06-05", "2026-06-06")]
    [InlineData("calls on Friday, 5 June", "2026-06-05", "2026-06-06")]
    [InlineData("calls the weekend of May 10", "2026-05-09", "2026-05-11")]
    [InlineData("calls the weekend of 13 May", "2026-05-16", "2026-05-18")]
    [InlineData("calls in the second week of May", "2026-05-08", "2026-05-15")]
    [InlineData("calls in the last week of May", "2026-05-25", "2026-06-01")]
    [InlineData("calls in the first 10 days of last month", "2026-05-01", "2026-05-11")]
    [InlineData("the last 3 days of April, missed calls", "2026-04-28", "2026-05-01")]
    [InlineData("calls on the first day of May", "2026-05-01", "2026-05-02")]
    [InlineData("calls in the first half of May", "2026-05-01", "2026-05-16")]
    [InlineData("calls in the second half of last month", "2026-05-16", "2026-06-01")]
    [InlineData("calls in the first half of 2025", "2025-01-01", "2025-07-01")]
    [InlineData("missed calls Monday and Tuesday last week", "2026-06-08", "2026-06-10")]
    [InlineData("missed calls Wed to Fri of last week", "2026-06-10", "2026-06-13")]
    [InlineData("missed calls mon-wed last week", "2026-06-08", "2026-06-11")]
    [InlineData("calls april-may", "2026-04-01", "2026-06-01")]
    [InlineData("last week on Thursday, calls", "2026-06-11", "2026-06-12")]
    [InlineData("calls last week Tuesday", "2026-06-09", "2026-06-10")]
    [InlineData("calls last 7d", "2026-06-11", "2026-06-17T14:30")]
    [InlineData("calls past 24h", "2026-06-16T14:30", "2026-06-17T14:30")]
    [InlineData("calls this month until now", "2026-06-01", "2026-06-17T14:30")]
    [InlineData("calls from the beginning of May", "2026-05-01", "2026-06-17T14:30")]
    public void A_part_of_a_period_is_a_period(string question, string from, string to)
    {
        QuestionPlan plan = Plans.Of(question);
        Assert.Equal(Period(from, to), plan.Period);
        Assert.Null(plan.Hours);
    }

    [Theory]
    [InlineData("Monday calls in May", PlanDays.Monday, 0, 24)]
    [InlineData("calls in May on Monday", PlanDays.Monday, 0, 24)]
    [InlineData("weekend calls in May", PlanDays.Weekend, 0, 24)]
    [InlineData("Thursday mornings calls in May", PlanDays.Thursday, 6, 12)]
    [InlineData("weekday calls in May", PlanDays.Weekdays, 0, 24)]
    [InlineData("weekday evenings in May, missed calls", PlanDays.Weekdays, 18, 24)]
    [InlineData("calls Mon-Fri 9-17 in May", PlanDays.Weekdays, 9, 17)]
    [InlineData("calls 8am-5pm mon-fri in May", PlanDays.Weekdays, 8, 17)]
    [InlineData("calls in May on Sunday afternoon", PlanDays.Sunday, 12, 18)]
    public void A_day_of_the_week_in_a_longer_period_is_a_filter(string question, PlanDays days, int from, int to)
    {
        QuestionPlan plan = Plans.Of(question);
        Assert.Equal(Period("2026-05-01", "2026-06-01"), plan.Period);
        Assert.Equal(new PlanHours(days, from, to), plan.Hours);
    }

    [Theory]
    [InlineData("calls until 10 yesterday", 0, 10)]
    [InlineData("calls till 9am yesterday", 0, 9)]
    public void Until_an_hour_limits_the_hours(string question, int from, int to) =>
        Assert.Equal(new PlanHours(PlanDays.All, from, to), Plans.Of(question).Hours);

    [Theory]
    [InlineData("calls until Friday")]
    [InlineData("calls up to yesterday")]
    [InlineData("texts before June")]
    [InlineData("missed calls at the end of May")]
    [InlineData("calls in the middle of last month")]
    [InlineData("late April calls")]
    [InlineData("calls last month and Monday")]
    public void A_period_without_a_start_or_of_an_unknown_length_is_refused(string question) =>
        Assert.Equal(RefusalReason.Ambiguous, Plans.Result(question).Refusal?.Reason);

    [Fact]
    public void A_date_with_the_wrong_day_of_the_week_is_refused() =>
        Assert.Equal(RefusalReason.InvalidTime, Plans.Result("calls on Monday, 9 June").Refusal?.Reason);

    [Theory]
    [InlineData("calls last 7 days vs the previous 7 days", "2026-06-04", "2026-06-10T14:30")]
    [InlineData("calls on Monday compared to the previous Monday", "2026-06-08", "2026-06-09")]
    [InlineData("calls last week vs the week before last", "2026-06-01", "2026-06-08")]
    public void A_period_is_not_compared_with_itself(string question, string from, string to) =>
        Assert.Equal(Period(from, to), Plans.Of(question).Comparison);

    [Theory]
    [InlineData("calls not in business hours")]
    [InlineData("missed calls not during opening hours, last week")]
    public void Outside_of_business_hours_has_other_words(string question) =>
        Assert.False(Plans.Of(question).InBusinessHours);

    [Fact]
    public void At_an_hour_means_the_hour_that_begins_then() =>
        Assert.Equal(new PlanHours(PlanDays.All, 9, 10), Plans.Of("calls at 9am yesterday").Hours);
}
