namespace CallIntel.Sdk.Exports;

/// <summary>The result of an export by <see cref="OrgExporter"/>.</summary>
/// <param name="Events">The number of events, each a vCon on a line of its own.</param>
/// <param name="Records">The number of other records: contacts, members, lines, rejects and so on.</param>
/// <param name="Unopened">
/// The number of events that were written without content, numbers or parts because these could not be decrypted, for
/// example because the person was erased.
/// </param>
public sealed record OrgExportReport(long Events, long Records, long Unopened);
