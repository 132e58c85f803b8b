using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Reads the records of one file format.</summary>
/// <remarks>
/// <para>
/// Implement this interface to import files in a format of your own, and add the importer to an
/// <see cref="ImporterRegistry"/>. <see cref="FileImport"/> opens and decompresses the file, resumes after a cursor,
/// sets the cursor of each record and translates read errors, so that an importer only parses.
/// </para>
/// <para>Implementations must be thread-safe: one instance can read several files at the same time.</para>
/// </remarks>
public interface IRecordImporter
{
    /// <summary>
    /// The name of the format, for example <c>android</c>: lowercase ASCII letters, digits and hyphens, unique in a
    /// registry.
    /// </summary>
    string Format { get; }

    /// <summary>
    /// A phrase that tells a user which files have this format, for example in the help of a command.
    /// </summary>
    string Description { get; }

    /// <summary>
    /// Whether the importer uses <see cref="FileImportOptions.TimeZone"/>. <see cref="FileImport"/> checks that the
    /// time zone exists.
    /// </summary>
    /// <value>The default value is <see cref="ImportSetting.NotUsed"/>: setting a time zone is an error.</value>
    ImportSetting TimeZone => ImportSetting.NotUsed;

    /// <summary>Whether the importer uses <see cref="FileImportOptions.MappingFile"/>.</summary>
    /// <value>The default value is <see cref="ImportSetting.NotUsed"/>: setting a mapping file is an error.</value>
    ImportSetting Mapping => ImportSetting.NotUsed;

    /// <summary>Returns whether a file has this format, judged by its name and its beginning.</summary>
    /// <param name="file">
    /// The file. Use <see cref="RecordFile.Name"/>, <see cref="RecordFile.Beginning"/> and
    /// <see cref="RecordFile.BeginningText"/>, and do not read <see cref="RecordFile.Content"/>.
    /// </param>
    bool Recognizes(RecordFile file);

    /// <summary>Reads the records of a file, in the order of the file.</summary>
    /// <param name="file">The file, at its beginning.</param>
    /// <param name="options">
    /// The options of the import. <see cref="FileImport"/> applies <see cref="ImportOptions.After"/> and
    /// <see cref="FileImportOptions.Format"/>; the importer applies the others that concern it.
    /// </param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>
    /// The records. Return a record that cannot be read as <see cref="EventRecord.Unreadable"/> and continue with the
    /// next one. Leave <see cref="EventRecord.Cursor"/> null, unless the source has cursors of its own.
    /// </returns>
    /// <exception cref="IOException">
    /// The file cannot be read to its end. <see cref="FileImport"/> reports an <see cref="IOException"/> or an
    /// <see cref="InvalidDataException"/> as <c>CI0023</c>.
    /// </exception>
    IAsyncEnumerable<EventRecord> ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken = default
    );
}
