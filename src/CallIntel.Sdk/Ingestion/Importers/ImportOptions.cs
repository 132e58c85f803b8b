using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>What every importer of a provider's format can be told.</summary>
/// <remarks>Read once when an import begins; a change during it has no effect.</remarks>
public class ImportOptions
{
    /// <summary>The cursor to resume after, as <see cref="IngestReport.Cursor"/> tells: it names the file by a digest of its beginning, and the record.</summary>
    /// <value>The default value is <see langword="null"/>: from the beginning.</value>
    public string? After { get; set; }

    /// <summary>Makes a member of each of the org's own lines, by <see cref="MemberId.FromName"/> of this scope and the line.</summary>
    /// <value>The default value is <see langword="null"/>: events are nobody's in particular.</value>
    public string? LineScope { get; set; }

    internal MemberId? MemberOf(string? line) =>
        LineScope is null || string.IsNullOrEmpty(line) ? null : MemberId.FromName(LineScope, line);
}
