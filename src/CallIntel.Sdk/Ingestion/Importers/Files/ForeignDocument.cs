using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>Recognizes documents that are not text, such as Excel workbooks, and says what to do with them.</summary>
static class ForeignDocument
{
    /// <exception cref="CallIntelException"><c>CI0023</c>: the file is such a document.</exception>
    internal static void ThrowIfKnown(RecordFile file)
    {
        string? kind = file.IsFolder ? KindOfArchive(file) : KindOf(file.Beginning.Span);
        if (kind is not null)
            throw new CallIntelException(
                ErrorCodes.UnreadableFile,
                $"The file is {kind}, not a text file.",
                kind.EndsWith("workbook", StringComparison.Ordinal)
                || kind.EndsWith("spreadsheet", StringComparison.Ordinal)
                    ? "Open it, save it as CSV (UTF-8), and import the CSV file with a mapping."
                    : "Export the records as CSV, JSON or XML, and import that file."
            );
    }

    static string? KindOfArchive(RecordFile file) =>
        file.EntryNames.Contains("[Content_Types].xml")
            ? file.EntryNames.Any(name => name.StartsWith("xl/", StringComparison.Ordinal))
                ? "an Excel workbook"
                : "an Office document"
            : file.EntryNames.Contains("mimetype") && file.EntryNames.Contains("content.xml")
                ? "an OpenDocument spreadsheet"
                : null;

    static string? KindOf(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]) ? "an Excel workbook"
        : start.StartsWith("%PDF-"u8) ? "a PDF document"
        : null;
}
