using CallIntel.Cli.Settings;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Android;
using CallIntel.Sdk.Ingestion.Importers.Asterisk;
using CallIntel.Sdk.Ingestion.Importers.GoogleVoice;
using CallIntel.Sdk.Ingestion.Importers.RingCentral;
using CallIntel.Sdk.Ingestion.Importers.Twilio;

namespace CallIntel.Cli.Import;

/// <summary>Finds out what a file is: as the command says, or by its beginning.</summary>
static class FormatChoice
{
    /// <summary>The names of <c>--format</c>.</summary>
    internal static readonly Dictionary<string, ImportFormat> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["android"] = ImportFormat.AndroidBackup,
        ["twilio"] = ImportFormat.TwilioBulkExport,
        ["ringcentral"] = ImportFormat.RingCentralCallLog,
        ["asterisk"] = ImportFormat.AsteriskCdr,
        ["google-voice"] = ImportFormat.GoogleVoiceTakeout,
        ["vcon"] = ImportFormat.VCon,
        ["csv"] = ImportFormat.Csv,
        ["jsonl"] = ImportFormat.JsonLines,
    };

    internal static string NameOf(ImportFormat format) => Names.First(pair => pair.Value == format).Key;

    /// <param name="path">The file, or the folder of a Google Takeout.</param>
    /// <param name="name">What the command says; null to look.</param>
    /// <param name="hasMapping">Whether there is a mapping: then the file is read by it, whatever it looks like.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal static async Task<ImportFormat> FindAsync(
        string path,
        string? name,
        bool hasMapping,
        CancellationToken cancellationToken
    )
    {
        ImportFormat format =
            name is not null ? Names[name]
            : Directory.Exists(path) ? ImportFormat.GoogleVoiceTakeout
            : await ImportFormats.DetectAsync(path, cancellationToken).ConfigureAwait(false);
        if (name is null && hasMapping)
            format = format
                is ImportFormat.JsonLines
                    or ImportFormat.VCon
                    or ImportFormat.TwilioBulkExport
                    or ImportFormat.RingCentralCallLog
                ? ImportFormat.JsonLines
                : ImportFormat.Csv;
        bool isMapped = format is ImportFormat.Csv or ImportFormat.JsonLines;
        return format switch
        {
            ImportFormat.Unknown => throw SettingsReader.Wrong(
                "The file is of none of the known formats.",
                $"Name one by --format: {string.Join(", ", Names.Keys)}; the last two with --mapping."
            ),
            _ when isMapped && !hasMapping => throw SettingsReader.Wrong(
                $"The format {NameOf(format)} needs a mapping.",
                "Say with --mapping FILE what its fields mean; docs/guides/import.md shows how."
            ),
            _ when !isMapped && hasMapping => throw SettingsReader.Wrong(
                "The format needs no mapping.",
                "Leave --mapping out, or read the file as csv or jsonl."
            ),
            ImportFormat.ZipArchive => ImportFormat.GoogleVoiceTakeout,
            _ => format,
        };
    }
}
