namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>What <see cref="VConExporter"/> wrote.</summary>
/// <param name="Events">Events, a vCon and a line each.</param>
/// <param name="Unopened">Of these, events whose words, numbers or parts could not be opened, for example since the person was erased; they are written without.</param>
public sealed record VConExportReport(long Events, long Unopened);
