using System.Text.RegularExpressions;
using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// Validates the names of time zones. The database checks whether a zone exists, because it does the calculations and
/// the application's machine may have no time zone data.
/// </summary>
static partial class TimeZones
{
    internal const string Utc = "UTC";

    /// <summary>
    /// Returns a name that has the form of an IANA name. PostgreSQL also accepts abbreviations and POSIX rules, where a
    /// typing error such as <c>Foo+3</c> means a zone three hours west of UTC. Names without digits cannot be such
    /// rules.
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
            "The time zone name is invalid or unknown to the database.",
            "Use an IANA name such as \"Europe/Copenhagen\".",
            cause
        );

    [GeneratedRegex(
        @"^(UTC|Etc/GMT(\+([0-9]|1[0-2])|-([0-9]|1[0-4]))|[A-Za-z_]+(/[A-Za-z_-]+){1,2})\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Iana();
}
