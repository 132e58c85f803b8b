using System.Collections.Frozen;
using System.Globalization;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>The words of the time grammar.</summary>
static class TimeWords
{
    static readonly string[] MonthNames =
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];

    static readonly string[] DayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    internal static readonly FrozenDictionary<string, int> Months = BuildMonths();
    internal static readonly FrozenDictionary<string, DayOfWeek> Days = BuildDays();

    internal static readonly FrozenDictionary<string, TimeUnit> Units = new Dictionary<string, TimeUnit>
    {
        ["hour"] = TimeUnit.Hour,
        ["hours"] = TimeUnit.Hour,
        ["hr"] = TimeUnit.Hour,
        ["hrs"] = TimeUnit.Hour,
        ["h"] = TimeUnit.Hour,
        ["day"] = TimeUnit.Day,
        ["days"] = TimeUnit.Day,
        ["d"] = TimeUnit.Day,
        ["week"] = TimeUnit.Week,
        ["weeks"] = TimeUnit.Week,
        ["w"] = TimeUnit.Week,
        ["wk"] = TimeUnit.Week,
        ["wks"] = TimeUnit.Week,
        ["month"] = TimeUnit.Month,
        ["months"] = TimeUnit.Month,
        ["quarter"] = TimeUnit.Quarter,
        ["quarters"] = TimeUnit.Quarter,
        ["year"] = TimeUnit.Year,
        ["years"] = TimeUnit.Year,
        ["yr"] = TimeUnit.Year,
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, int> Numbers = new Dictionary<string, int>
    {
        ["one"] = 1,
        ["a"] = 1,
        ["an"] = 1,
        ["first"] = 1,
        ["1st"] = 1,
        ["two"] = 2,
        ["couple"] = 2,
        ["second"] = 2,
        ["2nd"] = 2,
        ["three"] = 3,
        ["third"] = 3,
        ["3rd"] = 3,
        ["four"] = 4,
        ["fourth"] = 4,
        ["4th"] = 4,
        ["five"] = 5,
        ["six"] = 6,
        ["seven"] = 7,
        ["eight"] = 8,
        ["nine"] = 9,
        ["ten"] = 10,
        ["eleven"] = 11,
        ["twelve"] = 12,
        ["fourteen"] = 14,
        ["fifteen"] = 15,
        ["twenty"] = 20,
        ["thirty"] = 30,
        ["sixty"] = 60,
        ["ninety"] = 90,
    }.ToFrozenDictionary();

    /// <summary>All words, for the correction of typing errors.</summary>
    internal static IEnumerable<string> All =>
        Months
            .Keys.Concat(Days.Keys)
            .Concat(Units.Keys)
            .Concat([
                "today",
                "yesterday",
                "weekend",
                "weekends",
                "weekdays",
                "previous",
                "last",
                "past",
                "this",
                "since",
                "between",
            ])
            .Where(word => word.Length > 3);

    internal static bool IsDayOrMonth(string word) => Days.ContainsKey(word) || Months.ContainsKey(word);

    internal static int? Number(in Token token) =>
        token.IsNumber && token.Text.Length <= 4 ? int.Parse(token.Text, CultureInfo.InvariantCulture)
        : Numbers.TryGetValue(token.Text, out int value) ? value
        : null;

    /// <summary>Reads "7d", "24h" and "2wks".</summary>
    internal static (int Count, TimeUnit Unit)? Counted(in Token token)
    {
        int digits = token.Text.TakeWhile(char.IsAsciiDigit).Count();
        return
            token.Kind is TokenKind.Word
            && digits is > 0 and < 4
            && int.Parse(token.Text[..digits], CultureInfo.InvariantCulture) is var count and > 0
            && Units.TryGetValue(token.Text[digits..], out TimeUnit unit)
            ? (count, unit)
            : null;
    }

    /// <summary>Reads "3", "3rd" and "21st" as a day of a month.</summary>
    internal static int? DayOfMonth(in Token token)
    {
        string text = token.Text;
        if (token.Kind is TokenKind.Word && text.Length is 3 or 4 && text[^2..] is "st" or "nd" or "rd" or "th")
            text = text[..^2];
        return
            text.Length is 1 or 2
            && int.TryParse(text, CultureInfo.InvariantCulture, out int day)
            && day is >= 1 and <= 31
            ? day
            : null;
    }

    internal static int? Year(in Token token) =>
        token.IsNumber
        && token.Text.Length == 4
        && int.Parse(token.Text, CultureInfo.InvariantCulture) is var year and >= 1990 and <= 2100
            ? year
            : null;

    static FrozenDictionary<string, int> BuildMonths()
    {
        Dictionary<string, int> months = [];
        for (int i = 0; i < 12; i++)
        {
            months[MonthNames[i]] = i + 1;
            if (MonthNames[i].Length > 4)
                months[MonthNames[i][..3]] = i + 1;
        }
        months["june"] = months["jun"] = 6;
        months["july"] = months["jul"] = 7;
        months["sept"] = 9;
        months.Remove("mar"); // a name
        return months.ToFrozenDictionary();
    }

    static FrozenDictionary<string, DayOfWeek> BuildDays()
    {
        Dictionary<string, DayOfWeek> days = [];
        for (int i = 0; i < 7; i++)
        {
            days[DayNames[i]] = (DayOfWeek)i;
            days[DayNames[i] + "s"] = (DayOfWeek)i;
            if (DayNames[i][..3] is not ("sun" or "sat"))
                days[DayNames[i][..3]] = (DayOfWeek)i;
        }
        days["tues"] = DayOfWeek.Tuesday;
        days["thurs"] = DayOfWeek.Thursday;
        return days.ToFrozenDictionary();
    }
}
