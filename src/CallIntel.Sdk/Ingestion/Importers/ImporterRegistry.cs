using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The importers that <see cref="FileImport"/> chooses from. Immutable and thread-safe.</summary>
/// <remarks>
/// Add a format of your own with <see cref="Add"/>:
/// <code>ImporterRegistry importers = ImporterRegistry.BuiltIn.Add(new SwitchboardImporter());</code>
/// </remarks>
public sealed class ImporterRegistry
{
    /// <summary>Creates a registry.</summary>
    /// <param name="importers">
    /// The importers, in the order in which detection asks them. The first one that recognizes a file reads it.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Two importers have the same format, or the name of a format contains other characters than lowercase ASCII
    /// letters, digits and hyphens.
    /// </exception>
    public ImporterRegistry(params IEnumerable<IRecordImporter> importers)
    {
        ArgumentNullException.ThrowIfNull(importers);
        Importers = Array.AsReadOnly(importers.ToArray());
        foreach (IRecordImporter importer in Importers)
        {
            if (importer.Format.Length == 0 || importer.Format.Any(c => !IsNameCharacter(c)))
                throw new ArgumentException(
                    $"Invalid format name \"{importer.Format}\". Use lowercase letters, digits and hyphens.",
                    nameof(importers)
                );
            if (Find(importer.Format) != importer)
                throw new ArgumentException(
                    $"The format \"{importer.Format}\" is already registered. Give your importer another format name.",
                    nameof(importers)
                );
        }
    }

    /// <summary>The importers of this SDK.</summary>
    public static ImporterRegistry BuiltIn { get; } =
        new(
            new AndroidImporter(),
            new GoogleVoiceImporter(),
            new VConImporter(),
            new TwilioImporter(),
            new RingCentralImporter(),
            new AsteriskImporter(),
            new WhatsAppImporter(),
            new FreeSwitchImporter(),
            new JsonLinesImporter(), // any other JSON
            new CsvImporter() // any other text with columns
        );

    /// <summary>The importers, in the order in which detection asks them.</summary>
    public IReadOnlyList<IRecordImporter> Importers { get; }

    /// <summary>Returns a registry that asks an importer first, and then the importers of this registry.</summary>
    /// <param name="importer">The importer to add.</param>
    /// <exception cref="ArgumentException">
    /// The format is already registered, or its name contains other characters than lowercase ASCII letters, digits and
    /// hyphens.
    /// </exception>
    public ImporterRegistry Add(IRecordImporter importer)
    {
        ArgumentNullException.ThrowIfNull(importer);
        return new ImporterRegistry([importer, .. Importers]);
    }

    /// <summary>Returns the importer of a format, or null if the format is not registered.</summary>
    /// <param name="format">The name of the format, in any case.</param>
    public IRecordImporter? Find(string format) =>
        Importers.FirstOrDefault(importer =>
            string.Equals(importer.Format, format, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>
    /// Detects the format of a file and returns its importer, or null if no importer recognizes the file.
    /// </summary>
    /// <param name="path">The path of a file or folder.</param>
    /// <param name="cancellationToken">Cancels opening the file.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c>: the file cannot be read.</exception>
    public async Task<IRecordImporter?> DetectAsync(string path, CancellationToken cancellationToken = default)
    {
        await using RecordFile file = await RecordFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        return Detect(file);
    }

    /// <summary>
    /// Detects the format of a file and returns its importer, or null if no importer recognizes the file.
    /// </summary>
    /// <param name="file">
    /// The file. Only its beginning is read, and <see cref="RecordFile.Content"/> stays usable.
    /// </param>
    /// <param name="hasMapping">
    /// Whether the host has a mapping for the file. With a mapping, only importers that use one are asked, and if none
    /// of them recognizes the file, the last one is returned: the mapping defines the delimiter of a CSV file.
    /// </param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file is a folder that cannot be read, or a document such as an Excel workbook.
    /// </exception>
    public IRecordImporter? Detect(RecordFile file, bool hasMapping = false)
    {
        ArgumentNullException.ThrowIfNull(file);
        ForeignDocument.ThrowIfKnown(file);
        if (!hasMapping)
            return Importers.FirstOrDefault(importer => importer.Recognizes(file));
        IRecordImporter[] mapped = [.. Importers.Where(importer => importer.Mapping is not ImportSetting.NotUsed)];
        return mapped.FirstOrDefault(importer => importer.Recognizes(file)) ?? mapped.LastOrDefault();
    }

    static bool IsNameCharacter(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';
}
