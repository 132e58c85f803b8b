namespace CallIntel.Sdk.Exports;

/// <summary>The result of an export for a data subject.</summary>
/// <param name="Key">The key of the archive. It is not stored: without it, the archive cannot be opened.</param>
/// <param name="ExpiresAt">When the archive expires, in UTC.</param>
/// <param name="Contacts">The number of contacts of the person.</param>
/// <param name="Events">The number of events.</param>
/// <param name="Omissions">What was left out. The manifest in the archive contains the same list.</param>
public sealed record SubjectExportReport(
    ArchiveKey Key,
    DateTimeOffset ExpiresAt,
    long Contacts,
    long Events,
    IReadOnlyList<ExportOmission> Omissions
);
