using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>The names in a chat, and how a name is distinguished from the text after it.</summary>
/// <remarks>
/// A colon and a space end a name. A name that contains them itself is known if the name of the file contains it, or
/// if WhatsApp wrote an attachment or a notice after it, which begins with an invisible mark.
/// </remarks>
sealed partial class ChatNames
{
    const int LongestName = 100,
        MostNames = 64;

    readonly string _file;
    readonly bool _isOfChat;
    readonly List<string> _withColon = [];

    /// <param name="fileName">The name of the file, without a path.</param>
    internal ChatNames(string fileName)
    {
        _file = InFile(Extension().Replace(fileName, "", 1)).Trim();
        _isOfChat = IsOfChat(fileName);
    }

    /// <summary>Whether a file name is one that WhatsApp gives to chats, in the language of the phone.</summary>
    internal static bool IsOfChat(string fileName) =>
        fileName == WhatsAppImporter.ChatOfPhone || Product().IsMatch(fileName);

    /// <summary>
    /// Whether the name of the file ends with the name of a person, as WhatsApp writes it, or begins with it, as in
    /// Turkish.
    /// </summary>
    internal bool IsOfFile(string person)
    {
        string name = InFile(person).Trim();
        return _isOfChat
            && name.Length > 0
            && _file.Length > name.Length
            && (
                (
                    _file.EndsWith(name, StringComparison.OrdinalIgnoreCase)
                    && !char.IsLetterOrDigit(_file[^(name.Length + 1)])
                )
                || (
                    _file.StartsWith(name, StringComparison.OrdinalIgnoreCase)
                    && !char.IsLetterOrDigit(_file[name.Length])
                )
            );
    }

    /// <summary>Remembers the name at the beginning of a message if it contains a colon.</summary>
    /// <param name="rest">The message after its date and time.</param>
    internal void Learn(string rest)
    {
        int first = rest.IndexOf(": ", StringComparison.Ordinal);
        if (first < 0 || _withColon.Count == MostNames)
            return;
        for (
            int colon = first;
            colon is >= 0 and < LongestName;
            colon = rest.IndexOf(": ", colon + 1, StringComparison.Ordinal)
        )
        {
            string name = Plain(rest[..colon]);
            if (
                colon > first
                && !name.Contains('\n', StringComparison.Ordinal)
                && !IsQuoted(name)
                && !_withColon.Contains(name)
                && (IsOfFile(name) || ChatText.IsWrittenByWhatsApp(rest[(colon + 2)..]))
            )
                _withColon.Add(name);
        }
    }

    /// <summary>Separates the sender from the text. The sender is null if nobody wrote the message.</summary>
    /// <param name="rest">The message after its date and time.</param>
    internal (string? Sender, string Text) Split(string rest)
    {
        // The name is in the first line: a colon in a later line of a notice separates nothing.
        int end = rest.IndexOf('\n', StringComparison.Ordinal);
        ReadOnlySpan<char> line = end < 0 ? rest : rest.AsSpan(0, end);
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        if (colon < 0 && line.EndsWith(":"))
            colon = line.Length - 1;
        foreach (string name in _withColon)
            for (int at = colon; at >= 0; at = NextColon(line, at))
                if (Plain(rest[..at]) == name)
                    return (name, TextAfter(at));
        string sender = colon < 0 ? "" : Plain(rest[..colon]);
        // a notice such as: Anna created group "Tasks: today"
        return sender.Length == 0 || IsQuoted(sender) ? (null, rest) : (sender, TextAfter(colon));

        string TextAfter(int at) => rest[Math.Min(at + 2, rest.Length)..];
    }

    static int NextColon(ReadOnlySpan<char> line, int colon)
    {
        int next = colon + 1 >= line.Length ? -1 : line[(colon + 1)..].IndexOf(": ", StringComparison.Ordinal);
        return next < 0 || colon + 1 + next > LongestName ? -1 : colon + 1 + next;
    }

    /// <summary>
    /// Whether a text contains an opening quotation mark without a closing one, so that it ends inside a quotation.
    /// </summary>
    static bool IsQuoted(string text)
    {
        int depth = 0;
        bool isStraight = false;
        foreach (char c in text)
            if (c == '"')
                isStraight = !isStraight;
            else if (c is '\u201E' or '\u00AB' or '\u300C' or '\u300E' || (c == '\u201C' && depth == 0))
                depth++;
            else if (c is '\u201C' or '\u201D' or '\u00BB' or '\u300D' or '\u300F')
                depth = Math.Max(0, depth - 1);
        return isStraight || depth > 0;
    }

    /// <summary>A name without invisible characters, and without the tilde of names that are not contacts.</summary>
    static string Plain(string name)
    {
        string plain = string.Concat(name.Where(c => !ChatHead.Marks.Contains(c, StringComparison.Ordinal))).Trim();
        return plain.StartsWith('~') ? plain[1..].TrimStart(' ', '\u00A0', '\u202F') : plain;
    }

    /// <summary>A name with the characters that file systems do not allow replaced, as phones do.</summary>
    static string InFile(string name) => Forbidden().Replace(Plain(name), "_");

    [GeneratedRegex(@"[\\/:*?""<>|]", RegexOptions.CultureInvariant)]
    private static partial Regex Forbidden();

    /// <summary>The extension, and the number that browsers add to another file of the same name.</summary>
    [GeneratedRegex(@"( ?\([0-9]{1,2}\))?(\.(txt|zip))*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Extension();

    [GeneratedRegex(
        "WhatsApp|واتس ?اب|واتساپ|וואטסאפ|ווטסאפ|व्हाट्सऐप|व्हाट्सएप",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Product();
}
