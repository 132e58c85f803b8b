using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The options that all importers have in common.</summary>
/// <remarks>An importer reads the options once, when the import begins. Later changes have no effect.</remarks>
public class ImportOptions
{
    /// <summary>
    /// The cursor to resume after, as <see cref="IngestReport.Cursor"/> returns it. It identifies the file, by a digest
    /// of its beginning, and the record.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: the import starts with the first record.</value>
    public string? After { get; set; }

    /// <summary>
    /// The scope from which <see cref="MemberId.FromName"/> derives a member for each of the org's own lines.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: the events do not name a member.</value>
    public string? LineScope { get; set; }

    /// <summary>Returns the member that <see cref="LineScope"/> derives for one of the org's own lines.</summary>
    /// <param name="line">The number or name of the line.</param>
    /// <returns>
    /// Null if <see cref="LineScope"/> is not set, or if <paramref name="line"/> is null or empty.
    /// </returns>
    public MemberId? MemberOf(string? line) =>
        LineScope is null || string.IsNullOrEmpty(line) ? null : MemberId.FromName(LineScope, line);
}
