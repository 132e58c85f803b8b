using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Contacts;

/// <summary>
/// Splits the recipients of one message that a source writes in one field, for example <c>+45...; +45...</c>.
/// </summary>
static partial class PartyList
{
    /// <summary>
    /// The numbers in the text if it consists of several. Empty for one number, and for other texts: a name can contain
    /// a comma or a semicolon.
    /// </summary>
    internal static string[] Split(string? text) =>
        text is { Length: > 14 } && text.AsSpan().IndexOfAny(Separators) > 0 && Several().IsMatch(text)
            ? text.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];

    static readonly char[] Separators = [';', ',', '~', '|'];

    /// <summary>
    /// International numbers, or national ones with at least eight digits: fewer digits behind a comma are dialed when
    /// the call is connected.
    /// </summary>
    [GeneratedRegex(
        @"^\s*(?:\+[0-9][0-9 ().\u00A0-]{5,}|[0-9(](?:[ ().\u00A0-]*[0-9]){7,})(?:\s*[;,~|]\s*"
            + @"(?:\+[0-9][0-9 ().\u00A0-]{5,}|[0-9(](?:[ ().\u00A0-]*[0-9]){7,}))+\s*[;,~|]?\s*$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Several();
}
