namespace CallIntel.Sdk.Exports;

/// <summary>Something that an export leaves out.</summary>
/// <param name="What">What is left out.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many there are; null if they are not counted.</param>
public sealed record ExportOmission(string What, string Reason, long? Count);
