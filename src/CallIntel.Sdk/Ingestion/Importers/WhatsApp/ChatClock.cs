using System.Globalization;

namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>The halves of the day and the calendars that phones write in their languages.</summary>
static class ChatClock
{
    /// <summary>
    /// The words for the two halves of the day, as part of a regular expression without case. A word that is not in
    /// this list makes a line another one than the beginning of a message, so no time is read twelve hours too early.
    /// </summary>
    internal const string Halves =
        @"[ap]\.? ?m\b\.?|上午|下午|凌晨|清晨|早上|中午|晚上|午前|午後|오전|오후|ص|م|ق\.ظ\.?|ب\.ظ\.?|öö|ös|sa\b|ch\b|π\.μ\.|μ\.μ\.|"
        + @"f\.?m\b\.?|e\.?m\b\.?|de\.|du\.|ap\.|ip\.|pg\b|ptg\b|पूर्वाह्न|अपराह्न|לפנה[״""]צ|אחה[״""]צ|dop\.|odp\.";

    static readonly string[] Afternoon =
    [
        "p",
        "下午",
        "晚上",
        "午後",
        "오후",
        "م",
        "ب",
        "ös",
        "ch",
        "μ",
        "e",
        "du",
        "ip",
        "अ",
        "א",
        "od",
    ];

    /// <summary>The hour from 0 to 23. Null if the clock does not have this hour.</summary>
    /// <param name="hour">The hour as it is written.</param>
    /// <param name="half">The half of the day; null with a clock of 24 hours.</param>
    internal static int? HourOf(int hour, string? half)
    {
        if (half is null)
            return hour > 23 ? null : hour;
        if (half == "中午") // noon: eleven is before it, and one after it
            return hour is < 1 or > 12 ? null : hour + (hour < 10 ? 12 : 0);
        bool isAfternoon = IsAfternoon(half);
        return hour switch
        {
            <= 12 => (hour % 12) + (isAfternoon ? 12 : 0),
            <= 23 when isAfternoon => hour, // a clock of 24 hours with the half beside it
            _ => null,
        };
    }

    /// <summary>The date in the Gregorian calendar. Null if it does not exist.</summary>
    /// <remarks>
    /// Phones set to Thai write years of the Buddhist calendar, and phones set to Persian dates of the Solar Hijri one.
    /// </remarks>
    internal static DateTime? DateOf(int year, int month, int day)
    {
        if (month is < 1 or > 12 || day < 1)
            return null;
        if (year is > 1300 and < 1500)
        {
            PersianCalendar persian = new();
            return day > persian.GetDaysInMonth(year, month) ? null : persian.ToDateTime(year, month, day, 0, 0, 0, 0);
        }
        if (year is > 2500 and < 2700)
            year -= 543;
        return year is < 2000 or > 2500 || day > DateTime.DaysInMonth(year, month)
            ? null
            : new DateTime(year, month, day);
    }

    static bool IsAfternoon(string half)
    {
        if (half.StartsWith("pg", StringComparison.OrdinalIgnoreCase))
            return false; // Malay: before noon
        foreach (string beginning in Afternoon)
            if (half.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
