namespace CallIntel.Sdk.Audit;

/// <summary>What a run sealed.</summary>
/// <param name="Entries">The number of entries that became leaves.</param>
/// <param name="Checkpoints">The number of checkpoints that were signed.</param>
/// <param name="Published">The number of checkpoints that the sink received.</param>
public readonly record struct LedgerSealReport(long Entries, int Checkpoints, int Published);
