using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>The beginning of a message: its date, its time and what follows.</summary>
/// <param name="First">The first number of the date.</param>
/// <param name="Second">The second number of the date.</param>
/// <param name="Third">The third number of the date.</param>
/// <param name="IsPadded">Whether the first two numbers are written with two digits.</param>
/// <param name="Separator">The character between the numbers of the date.</param>
/// <param name="YearDigits">The number of digits of the last number, or of the first one if that has four.</param>
/// <param name="TimeOfDay">The time of day; null if it is not a valid one.</param>
/// <param name="Half">The letter of AM or PM as the file writes it; null with 24 hours.</param>
/// <param name="Rest">The sender and the text.</param>
sealed partial record ChatHead(
    int First,
    int Second,
    int Third,
    bool IsPadded,
    char Separator,
    int YearDigits,
    TimeSpan? TimeOfDay,
    char? Half,
    string Rest
)
{
    /// <summary>Characters without a shape that WhatsApp writes to set the direction of text.</summary>
    internal const string Marks = "\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\uFEFF";

    /// <summary>Returns the head of a message, or null if the line continues the message before it.</summary>
    internal static ChatHead? Find(string line)
    {
        Match match = Head().Match(line.TrimStart(Marks.ToCharArray()));
        if (!match.Success || (match.Groups["open"].Success != match.Groups["close"].Success))
            return null;
        string first = match.Groups["a"].Value,
            second = match.Groups["b"].Value,
            third = match.Groups["c"].Value;
        return new ChatHead(
            Number(first),
            Number(second),
            Number(third),
            first.Length == 2 && second.Length == 2,
            match.Groups["separator"].ValueSpan[0],
            first.Length == 4 ? 4 : third.Length,
            TimeOf(match),
            match.Groups["half"] is { Success: true } half ? half.ValueSpan[0] : null,
            match.Groups["rest"].Value
        );
    }

    /// <summary>The point in time; null if the date does not exist.</summary>
    internal DateTimeOffset? TimeIn(TimeZoneInfo zone, ChatDateOrder order)
    {
        (int year, int month, int day) = order switch
        {
            ChatDateOrder.YearFirst => (First, Second, Third),
            ChatDateOrder.MonthFirst => (Third, First, Second),
            _ => (Third, Second, First),
        };
        if (YearDigits == 2)
            year += 2000;
        if (
            TimeOfDay is not { } time
            || year is < 2000 or > 9000
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
        )
            return null;
        return TimeText.ToTime(zone, new DateTime(year, month, day).Add(time));
    }

    static TimeSpan? TimeOf(Match match)
    {
        int hour = Number(match.Groups["hour"].Value),
            minute = Number(match.Groups["minute"].Value),
            second = match.Groups["second"] is { Success: true } seconds ? Number(seconds.Value) : 0;
        if (match.Groups["half"] is { Success: true } half)
        {
            if (hour is < 1 or > 12)
                return null;
            hour = (hour % 12) + (half.ValueSpan[0] is 'p' or 'P' ? 12 : 0);
        }
        return hour > 23 || minute > 59 || second > 59 ? null : new TimeSpan(hour, minute, second);
    }

    static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<open>\[)?(?<a>[0-9]{1,4})(?<separator>[./-])[ ]?(?<b>[0-9]{1,2})\k<separator>[ ]?(?<c>[0-9]{1,4}),?"
            + @"[ \u00A0\u202F]+(klo[ ])?(?<hour>[0-9]{1,2})[:.](?<minute>[0-9]{2})([:.](?<second>[0-9]{2}))?"
            + @"([ \u00A0\u202F]?(?<half>[AaPp])\.?[ \u00A0\u202F]?[Mm]\.?)?((?<close>\])|[ \u00A0\u202F][-\u2013])"
            + @"[ \u00A0](?<rest>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline
    )]
    private static partial Regex Head();
}
