using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>The beginning of a message: its date, its time and what follows.</summary>
/// <param name="Style">How the beginning is set off.</param>
/// <param name="First">The first number of the date.</param>
/// <param name="Second">The second number of the date.</param>
/// <param name="Third">The third number of the date.</param>
/// <param name="IsPadded">Whether the first two numbers are written with two digits.</param>
/// <param name="Separator">The character between the numbers of the date.</param>
/// <param name="YearDigits">The number of digits of the last number, or of the first one if that has four.</param>
/// <param name="TimeOfDay">The time of day; null if it is not a valid one.</param>
/// <param name="Half">The half of the day as the file writes it; null with 24 hours.</param>
/// <param name="Rest">The sender and the text.</param>
sealed partial record ChatHead(
    ChatStyle Style,
    int First,
    int Second,
    int Third,
    bool IsPadded,
    char Separator,
    int YearDigits,
    TimeSpan? TimeOfDay,
    string? Half,
    string Rest
)
{
    /// <summary>Characters without a shape that WhatsApp writes to set the direction of text.</summary>
    internal const string Marks = "\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\uFEFF";

    const int LongestHead = 64;

    /// <summary>Returns the head of a message, or null if the line continues the message before it.</summary>
    internal static ChatHead? Find(string line)
    {
        Span<char> plain = stackalloc char[LongestHead];
        Span<int> ends = stackalloc int[LongestHead];
        int length = Plain(line, plain, ends);
        if (length == 0 || (plain[0] != '[' && !char.IsAsciiDigit(plain[0])))
            return null;
        Match match = Head().Match(new string(plain[..length]));
        if (!match.Success || (match.Groups["open"].Success != match.Groups["close"].Success))
            return null;
        ChatStyle style =
            match.Groups["open"].Success ? ChatStyle.Brackets
            : match.Groups["colon"].Success ? ChatStyle.Colon
            : ChatStyle.Dash;
        string first = match.Groups["a"].Value,
            second = match.Groups["b"].Value,
            third = match.Groups["c"].Value,
            rest = line[ends[match.Length - 1]..];
        char separator = match.Groups["separator"].ValueSpan[0];
        // many logs begin with a time and a colon; a chat has a comma or slashes, seconds and a sender as well
        if (
            style is ChatStyle.Colon
            && (
                !match.Groups["second"].Success
                || (separator != '/' && !match.Groups["comma"].Success)
                || !rest.Contains(": ", StringComparison.Ordinal)
            )
        )
            return null;
        return new ChatHead(
            style,
            Number(first),
            Number(second),
            Number(third),
            first.Length == 2 && second.Length == 2,
            separator,
            first.Length == 4 ? 4 : third.Length,
            TimeOf(match),
            HalfOf(match),
            rest
        );
    }

    /// <summary>The point in time; null if the date does not exist.</summary>
    internal DateTimeOffset? TimeIn(TimeZoneInfo zone, ChatDateOrder order, out TimeBasis basis)
    {
        basis = TimeBasis.Stated;
        (int year, int month, int day) = order switch
        {
            ChatDateOrder.YearFirst => (First, Second, Third),
            ChatDateOrder.MonthFirst => (Third, First, Second),
            _ => (Third, Second, First),
        };
        if (YearDigits == 2)
            year += 2000;
        if (TimeOfDay is not { } time || ChatClock.DateOf(year, month, day) is not { } date)
            return null;
        basis = TimeText.BasisOf(zone, date.Add(time));
        return TimeText.ToTime(zone, date.Add(time));
    }

    static TimeSpan? TimeOf(Match match)
    {
        int minute = Number(match.Groups["minute"].Value),
            second = match.Groups["second"] is { Success: true } seconds ? Number(seconds.Value) : 0;
        return
            minute <= 59
            && second <= 59
            && ChatClock.HourOf(Number(match.Groups["hour"].Value), HalfOf(match)) is { } hour
            ? new TimeSpan(hour, minute, second)
            : null;
    }

    static string? HalfOf(Match match) => match.Groups["half"] is { Success: true } half ? half.Value : null;

    static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    /// <summary>
    /// Writes the beginning of a line without marks, with ASCII digits, plain spaces and a plain comma.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="plain">Receives the characters.</param>
    /// <param name="ends">Receives the position in the line after each of the characters.</param>
    /// <returns>The number of characters.</returns>
    static int Plain(string line, Span<char> plain, Span<int> ends)
    {
        int length = 0;
        for (int i = 0; i < line.Length && length < plain.Length; i++)
        {
            char c = line[i];
            if (Marks.Contains(c, StringComparison.Ordinal))
                continue;
            plain[length] =
                c is '\u00A0' or '\u202F' or '\u2009' ? ' '
                : c is '\u060C' or '\uFF0C' ? ','
                : c > 127 && char.IsDigit(c) ? (char)('0' + (int)char.GetNumericValue(c))
                : c;
            ends[length++] = i + 1;
        }
        return length;
    }

    [GeneratedRegex(
        @"^(?<open>\[)?(?<a>[0-9]{1,4})(?<separator>[./-]|年|년) ?(?<b>[0-9]{1,2})(\k<separator>|月|월) ?(?<c>[0-9]{1,4})"
            + @"[.日일]?( г\.)?(?<comma>,)? *((à|a las|às|um|alle|om|at|ob|o|kl\.?|klo|u|в|lúc|vid|ore|saat) +)?"
            + @"((?<half>"
            + ChatClock.Halves
            + @") ?)?(?<![0-9])(?<hour>[0-9]{1,2})[:.](?<minute>[0-9]{2})([:.](?<second>[0-9]{2}))?"
            + @"( ?(?<half>"
            + ChatClock.Halves
            + @"))?( ч\.)?((?<close>\])| [-\u2013]|(?<colon>:))( |$)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex Head();
}
