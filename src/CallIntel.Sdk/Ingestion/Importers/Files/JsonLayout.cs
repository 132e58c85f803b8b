using System.Text.Json;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>How a JSON file arranges its objects, as its beginning shows.</summary>
/// <param name="IsLines">
/// Whether each line is an object. A line that is damaged then never affects the lines after it.
/// </param>
/// <param name="Lists">The paths of the lists of a page. Empty if the file has no pages.</param>
readonly record struct JsonLayout(bool IsLines, IReadOnlyCollection<string> Lists)
{
    const byte NewLine = (byte)'\n';

    /// <summary>The number of damaged lines after which the file is read line by line.</summary>
    const int Attempts = 16;

    enum Extent
    {
        OneLine,
        SeveralLines,
        Invalid,
    }

    internal RecordSource Open(Stream content) =>
        IsLines ? new RecordReader(content, quotedBetween: null) : new JsonRecordReader(content, Lists);

    /// <summary>Finds the layout of a file whose pages have lists with known paths.</summary>
    internal static JsonLayout Find(RecordFile file, IReadOnlyCollection<string> lists) =>
        Find(file, lists, (_, _) => false);

    /// <summary>
    /// Finds the layout of a file. A list of objects belongs to a page if the predicate accepts the properties of its
    /// first object.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="isRecord">
    /// Returns whether an object is a record, judged by its properties. It is also called for the page itself.
    /// </param>
    internal static JsonLayout Find(RecordFile file, Func<IReadOnlySet<string>, bool> isRecord) =>
        Find(file, [], (_, properties) => isRecord(properties));

    static JsonLayout Find(
        RecordFile file,
        IReadOnlyCollection<string> lists,
        Func<string, IReadOnlySet<string>, bool> isRecord
    )
    {
        ReadOnlySpan<byte> rest = file.Beginning.Span;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            rest = rest.TrimStart(" \t\r\n"u8);
            if (rest.IsEmpty)
                break;
            JsonOutline outline = JsonOutline.Read(rest);
            Extent extent = ExtentOf(rest, outline);
            if (extent is not Extent.Invalid)
            {
                string[] found =
                [
                    .. outline
                        .Lists.Where(list => lists.Contains(list.Key) || isRecord(list.Key, list.Value))
                        .Select(list => list.Key),
                ];
                if (found.Length > 0 && (lists.Count > 0 || !isRecord("", outline.Properties)))
                    return new JsonLayout(false, lists.Count > 0 ? lists : found);
                if (extent is Extent.OneLine || !IsTruncatedLine(rest))
                    return new JsonLayout(extent is Extent.OneLine, lists);
            }
            int end = rest.IndexOf(NewLine);
            rest = end < 0 ? default : rest[(end + 1)..];
        }
        return new JsonLayout(true, lists);
    }

    /// <summary>
    /// Whether an object that spans lines is a line without its end: one of the next lines is an object that begins in
    /// the first column and ends with its line. In a formatted object, more of the object around it follows.
    /// </summary>
    static bool IsTruncatedLine(ReadOnlySpan<byte> rest)
    {
        if (rest[0] != (byte)'{')
            return false;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int end = rest.IndexOf(NewLine);
            if (end < 0)
                return false;
            rest = rest[(end + 1)..].TrimStart("\r\n"u8);
            if (rest.IsEmpty || rest[0] != (byte)'{')
                return false;
            JsonOutline outline = JsonOutline.Read(rest);
            if (ExtentOf(rest, outline) is Extent.OneLine)
                return rest[outline.Length..].TrimStart(" \t\r\n"u8) is not [(byte)'}' or (byte)']' or (byte)',', ..];
        }
        return false;
    }

    static Extent ExtentOf(ReadOnlySpan<byte> rest, JsonOutline outline)
    {
        if (outline.IsInvalid || rest[0] is not ((byte)'{' or (byte)'['))
            return Extent.Invalid;
        if (rest[0] == '[')
            return outline.HasObjects || outline.Length == rest.Length ? Extent.SeveralLines : Extent.Invalid;
        if (rest[..outline.Length].Contains(NewLine))
            return Extent.SeveralLines;
        ReadOnlySpan<byte> after = rest[outline.Length..].TrimStart(" \t\r"u8);
        if (after.IsEmpty || after[0] == NewLine)
            return Extent.OneLine;
        // Anything else after a comma is the rest of a damaged line.
        if (after[0] == (byte)',')
            after = after[1..].TrimStart(" \t\r\n"u8);
        return after.IsEmpty || after[0] is (byte)'{' or (byte)'[' ? Extent.SeveralLines : Extent.Invalid;
    }
}
