namespace CallIntel.Sdk.Ingestion.Importers.GoogleVoice;

/// <summary>
/// The parts of a file name such as <c>Anna - Text - 2026-01-05T09_30_00Z.html</c>. The name of a person can contain
/// the separator too, so the parts are read from the end.
/// </summary>
/// <param name="Person">The name or number of the other party. Empty if the file name does not have this form.</param>
/// <param name="Kind">The kind of the page, for example <c>Text</c> or <c>Missed</c>. Empty if it is not known.</param>
readonly record struct PageName(string Person, string Kind)
{
    const string Separator = " - ";

    static readonly HashSet<string> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        "Text",
        "Placed",
        "Received",
        "Missed",
        "Voicemail",
        "Recorded",
    };

    internal static PageName Parse(string fileName)
    {
        // the name of a page without a known caller begins with the separator
        string[] parts = [.. (" " + fileName.TrimStart()).Split(Separator).Select(part => part.Trim())];
        bool hasTime = parts.Length > 1 && parts[^1] is [>= '0' and <= '9', ..];
        if (hasTime)
            parts = parts[..^1];
        else if (parts[^1].EndsWith(".html", StringComparison.OrdinalIgnoreCase))
            parts[^1] = parts[^1][..^".html".Length];
        // before the time, the last of several parts is the kind in any language
        if (Kinds.Contains(parts[^1]) || (hasTime && parts.Length > 1))
            return new PageName(string.Join(Separator, parts[..^1]), parts[^1]);
        return new PageName(hasTime ? parts[0] : "", "");
    }
}
