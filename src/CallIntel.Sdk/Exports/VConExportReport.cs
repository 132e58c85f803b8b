namespace CallIntel.Sdk.Exports;

/// <summary>The result of an export by <see cref="VConExporter"/>.</summary>
/// <param name="Events">The number of events. Each one is a vCon on a line of its own.</param>
/// <param name="Unopened">
/// The number of these events that were written without content, numbers or parts because these could not be decrypted,
/// for example because the person was erased.
/// </param>
public sealed record VConExportReport(long Events, long Unopened);
