using System.Text.RegularExpressions;
using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// The names of time zones. Which of them exist the database knows: it does the arithmetic, and the application's
/// machine may have none.
/// </summary>
static partial class TimeZones
{
    internal const string Utc = "UTC";

    /// <summary>
    /// PostgreSQL takes abbreviations and POSIX rules too, where <c>Foo+3</c> is a zone three hours west: a typing
    /// error must not become one. A name without digits can be no such rule.
    /// </summary>
    internal static string Checked(string timeZone)
    {
        ArgumentNullException.ThrowIfNull(timeZone);
        return timeZone.Length <= 64 && Iana().IsMatch(timeZone) ? timeZone : throw Unknown(null);
    }

    internal static bool IsRefusal(CallIntelException e) =>
        e.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidParameterValue };

    internal static CallIntelException Unknown(Exception? cause) =>
        new(
            ErrorCodes.UnknownTimeZone,
            "The time zone is none that the database knows.",
            "Give an IANA name, for example Europe/Copenhagen.",
            cause
        );

    [GeneratedRegex(
        @"^(UTC|Etc/GMT(\+([0-9]|1[0-2])|-([0-9]|1[0-4]))|[A-Za-z_]+(/[A-Za-z_-]+){1,2})\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Iana();
}
