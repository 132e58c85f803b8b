using CallIntel.Cli.Settings;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Android;
using CallIntel.Sdk.Ingestion.Importers.Asterisk;
using CallIntel.Sdk.Ingestion.Importers.GoogleVoice;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Ingestion.Importers.RingCentral;
using CallIntel.Sdk.Ingestion.Importers.Twilio;

namespace CallIntel.Cli.Import;

/// <summary>Chooses the importer of a file, and checks that the options fit it.</summary>
static class FormatChoice
{
    /// <summary>Returns the importer that <c>--format</c> names, or the one that recognizes the file.</summary>
    internal static IRecordImporter Find(RecordFile file, FileImportOptions options)
    {
        IRecordImporter importer = (
            options.Format is null
                ? options.Importers.Detect(file, options.MappingFile is not null)
                : options.Importers.Find(options.Format)
        )
            ?? throw SettingsReader.Wrong(
                !file.IsFolder && file.BeginningText.Length == 0 ? "The file to import is empty."
                    : file.IsFolder ? "The folder or zip archive is not an export that is imported as a whole."
                    : "The format of the file could not be detected.",
                file.IsFolder
                    ? "Check the path. To import other files, extract the archive and import each file by itself."
                    : $"Name it with --format: {string.Join(", ", options.Importers.Importers.Select(i => i.Format))}."
            );
        IEnumerable<string> mapped = options
            .Importers.Importers.Where(i => i.Mapping is not ImportSetting.NotUsed)
            .Select(i => i.Format);
        Check(
            importer,
            importer.Mapping,
            options.MappingFile,
            "--mapping",
            "Name a mapping file. callintel mapping init FILE proposes one; docs/guides/import.md explains it.",
            $"Leave it out, or set --format to one of these: {string.Join(", ", mapped)}."
        );
        Check(
            importer,
            importer.TimeZone,
            options.TimeZone,
            "--time-zone",
            "Name the time zone of the clock that wrote the file, for example Europe/Copenhagen.",
            "Leave it out: the file contains the time zone of its times."
        );
        if (options.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            throw SettingsReader.Wrong(
                $"Unknown time zone \"{zone}\".",
                "Use an IANA name such as Europe/Copenhagen, and make sure that tzdata is installed."
            );
        return importer;
    }

    static void Check(
        IRecordImporter importer,
        ImportSetting setting,
        string? value,
        string option,
        string ifMissing,
        string ifUnused
    )
    {
        if (setting is ImportSetting.Required && value is null)
            throw SettingsReader.Wrong($"The format {importer.Format} requires the option {option}.", ifMissing);
        if (setting is ImportSetting.NotUsed && value is not null)
            throw SettingsReader.Wrong($"The format {importer.Format} does not use the option {option}.", ifUnused);
    }
}
