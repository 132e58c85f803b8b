using System.Globalization;
using CallIntel.Sdk.SubjectRequests;
using static CallIntel.Sdk.SubjectRequests.SubjectRegulation;
using static CallIntel.Sdk.SubjectRequests.SubjectRequestType;

namespace CallIntel.Sdk.Tests.SubjectRequests;

/// <summary>
/// Tests the periods of requests by tables: month ends, leap years, weekends, holidays, business days and time zones.
/// </summary>
public class DeadlineUnitTests
{
    /// <summary>Public holidays in Denmark from Easter 2026 to New Year 2027, and two bank holidays.</summary>
    static readonly WorkingCalendar Denmark = new([
        Day("2026-04-02"),
        Day("2026-04-03"),
        Day("2026-04-06"),
        Day("2026-05-14"),
        Day("2026-05-25"),
        Day("2026-12-24"),
        Day("2026-12-25"),
        Day("2026-12-26"),
        Day("2026-12-31"),
        Day("2027-01-01"),
    ]);

    static readonly WorkingCalendar UnitedStates = new([
        Day("2026-01-01"),
        Day("2026-01-19"),
        Day("2026-07-03"),
        Day("2026-11-26"),
        Day("2026-11-27"),
        Day("2026-12-25"),
    ]);

    [Theory]
    // the same number in the next month
    [InlineData("2026-03-05", "2026-04-07")] // 5 April is Easter Sunday, 6 April a holiday
    [InlineData("2026-01-12", "2026-02-12")]
    [InlineData("2026-02-12", "2026-03-12")]
    [InlineData("2026-06-01", "2026-07-01")]
    [InlineData("2026-06-15", "2026-07-15")]
    [InlineData("2026-07-01", "2026-08-03")] // Saturday
    [InlineData("2026-07-02", "2026-08-03")] // Sunday
    [InlineData("2026-07-03", "2026-08-03")]
    [InlineData("2026-08-05", "2026-09-07")] // Saturday
    // months without that number
    [InlineData("2026-01-28", "2026-03-02")] // 28 February is a Saturday
    [InlineData("2026-01-29", "2026-03-02")]
    [InlineData("2026-01-30", "2026-03-02")]
    [InlineData("2026-01-31", "2026-03-02")]
    [InlineData("2027-01-31", "2027-03-01")] // 28 February is a Sunday
    [InlineData("2025-01-31", "2025-02-28")]
    [InlineData("2025-01-28", "2025-02-28")]
    [InlineData("2024-01-28", "2024-02-28")]
    [InlineData("2024-01-29", "2024-02-29")]
    [InlineData("2024-01-30", "2024-02-29")]
    [InlineData("2024-01-31", "2024-02-29")]
    [InlineData("2028-01-31", "2028-02-29")]
    [InlineData("2024-02-29", "2024-03-29")]
    [InlineData("2026-03-31", "2026-04-30")]
    [InlineData("2026-05-31", "2026-06-30")]
    [InlineData("2026-08-31", "2026-09-30")]
    [InlineData("2026-10-31", "2026-11-30")]
    // holidays and the turn of the year
    [InlineData("2026-03-02", "2026-04-07")]
    [InlineData("2026-03-06", "2026-04-07")]
    [InlineData("2026-04-14", "2026-05-15")] // Ascension Day
    [InlineData("2026-04-25", "2026-05-26")] // Whit Monday
    [InlineData("2026-11-24", "2026-12-28")] // Christmas and a weekend
    [InlineData("2026-11-25", "2026-12-28")]
    [InlineData("2026-11-30", "2026-12-30")]
    [InlineData("2026-12-01", "2027-01-04")] // New Year and a weekend
    [InlineData("2026-12-31", "2027-02-01")] // 31 January is a Sunday
    public void The_period_of_the_GDPR_is_one_month_and_ends_on_a_working_day(string received, string due)
    {
        foreach (SubjectRegulation regulation in new[] { Gdpr, UkGdpr, Other })
        foreach (SubjectRequestType type in Enum.GetValues<SubjectRequestType>())
            Assert.Equal(Day(due), Deadlines.Response(regulation, type, Day(received), Denmark));
    }

    [Theory]
    [InlineData("2026-01-12", "2026-04-13")] // Sunday
    [InlineData("2026-01-13", "2026-04-13")]
    [InlineData("2026-01-31", "2026-04-30")] // not 2 months after 28 February
    [InlineData("2026-02-28", "2026-05-28")]
    [InlineData("2025-11-30", "2026-03-02")] // 28 February is a Saturday
    [InlineData("2023-11-30", "2024-02-29")]
    [InlineData("2027-11-30", "2028-02-29")]
    [InlineData("2026-09-25", "2026-12-28")] // Christmas
    [InlineData("2026-10-01", "2027-01-04")] // New Year
    public void An_extended_period_of_the_GDPR_is_three_months_from_the_receipt(string received, string due) =>
        Assert.Equal(Day(due), Deadlines.Extended(Gdpr, SubjectRequestType.Access, Day(received), Denmark));

    [Theory]
    [InlineData("2026-01-01", "2026-02-15", "2026-04-01")] // a Sunday does not move
    [InlineData("2026-01-31", "2026-03-17", "2026-05-01")]
    [InlineData("2024-01-31", "2024-03-16", "2024-04-30")] // a leap year
    [InlineData("2026-11-11", "2026-12-26", "2027-02-09")]
    [InlineData("2026-12-31", "2027-02-14", "2027-03-31")]
    [InlineData("2026-05-19", "2026-07-03", "2026-08-17")] // a holiday does not move
    public void The_period_of_the_CCPA_is_45_calendar_days_and_90_if_it_is_extended(
        string received,
        string due,
        string extended
    )
    {
        foreach (SubjectRequestType type in Enum.GetValues<SubjectRequestType>().Where(type => type is not OptOut))
        {
            Assert.Equal(Day(due), Deadlines.Response(Ccpa, type, Day(received), UnitedStates));
            Assert.Equal(Day(extended), Deadlines.Extended(Ccpa, type, Day(received), UnitedStates));
        }
    }

    [Theory]
    [InlineData("2026-03-02", "2026-03-16", "2026-03-23")]
    [InlineData("2026-03-06", "2026-03-20", "2026-03-27")] // Friday
    [InlineData("2026-03-07", "2026-03-20", "2026-03-27")] // Saturday
    [InlineData("2026-03-08", "2026-03-20", "2026-03-27")] // Sunday
    [InlineData("2026-01-09", "2026-01-26", "2026-02-02")] // a holiday on Monday 19 January
    [InlineData("2026-06-25", "2026-07-10", "2026-07-17")] // a holiday on Friday 3 July
    [InlineData("2026-11-20", "2026-12-08", "2026-12-15")] // Thanksgiving and the day after
    [InlineData("2026-12-24", "2027-01-08", "2027-01-15")]
    public void Receipts_are_confirmed_in_10_business_days_and_opt_outs_executed_in_15(
        string received,
        string confirmed,
        string optedOut
    )
    {
        Assert.Equal(Day(confirmed), Deadlines.Acknowledgement(Ccpa, Erasure, Day(received), UnitedStates));
        Assert.Equal(Day(optedOut), Deadlines.Response(Ccpa, OptOut, Day(received), UnitedStates));
        Assert.Null(Deadlines.Acknowledgement(Ccpa, OptOut, Day(received), UnitedStates));
        Assert.Null(Deadlines.Extended(Ccpa, OptOut, Day(received), UnitedStates));
        Assert.Null(Deadlines.Acknowledgement(Gdpr, SubjectRequestType.Access, Day(received), UnitedStates));
    }

    [Theory]
    [InlineData("2026-05-31T21:59:59Z", "Europe/Copenhagen", "2026-05-31")]
    [InlineData("2026-05-31T22:00:00Z", "Europe/Copenhagen", "2026-06-01")]
    [InlineData("2026-12-31T22:59:59Z", "Europe/Copenhagen", "2026-12-31")]
    [InlineData("2026-12-31T23:00:00Z", "Europe/Copenhagen", "2027-01-01")]
    [InlineData("2026-03-01T07:59:59Z", "America/Los_Angeles", "2026-02-28")]
    [InlineData("2024-03-01T07:59:59Z", "America/Los_Angeles", "2024-02-29")]
    [InlineData("2026-03-01T10:00:00Z", "Pacific/Auckland", "2026-03-01")]
    [InlineData("2026-03-01T11:00:00Z", "Pacific/Auckland", "2026-03-02")]
    public void The_day_of_receipt_is_the_one_in_the_home_zone(string moment, string zone, string day) =>
        Assert.Equal(
            Day(day),
            Deadlines.DayOf(
                DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture),
                TimeZoneInfo.FindSystemTimeZoneById(zone)
            )
        );

    [Theory]
    [InlineData("2026-06-30", "Europe/Copenhagen", "2026-06-30T22:00:00Z")]
    [InlineData("2026-12-31", "Europe/Copenhagen", "2026-12-31T23:00:00Z")]
    [InlineData("2026-03-28", "Europe/Copenhagen", "2026-03-28T23:00:00Z")] // clocks change at 2:00 of the next day
    [InlineData("2026-03-29", "Europe/Copenhagen", "2026-03-29T22:00:00Z")]
    [InlineData("2026-10-25", "Europe/Copenhagen", "2026-10-25T23:00:00Z")]
    [InlineData("2026-06-30", "UTC", "2026-07-01T00:00:00Z")]
    [InlineData("2026-03-28", "Asia/Beirut", "2026-03-28T22:00:00Z")] // 29 March begins at 1:00
    [InlineData("2026-10-31", "America/Havana", "2026-11-01T04:00:00Z")] // midnight happens twice
    public void A_day_ends_where_the_next_one_begins_in_the_home_zone(string day, string zone, string end) =>
        Assert.Equal(
            DateTimeOffset.Parse(end, CultureInfo.InvariantCulture),
            Deadlines.EndOf(Day(day), TimeZoneInfo.FindSystemTimeZoneById(zone))
        );

    [Fact]
    public void Calendars_have_other_weekends_and_at_least_one_working_day()
    {
        WorkingCalendar gulf = new([], [DayOfWeek.Friday, DayOfWeek.Saturday]);
        Assert.Equal(Day("2026-03-08"), gulf.NextWorkingDay(Day("2026-03-06")));
        Assert.True(gulf.IsWorkingDay(Day("2026-03-08")));
        Assert.Equal(Day("2026-03-09"), gulf.AddWorkingDays(Day("2026-03-05"), 2));
        Assert.Throws<ArgumentException>(() => new WorkingCalendar([], Enum.GetValues<DayOfWeek>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => gulf.AddWorkingDays(Day("2026-03-05"), 0));
        Assert.Throws<ArgumentNullException>(() =>
            Deadlines.Response(Gdpr, SubjectRequestType.Access, Day("2026-03-05"), null!)
        );
    }

    static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
