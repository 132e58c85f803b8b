namespace CallIntel.Sdk.Audit;

/// <summary>How far the ledgers of all orgs are sealed.</summary>
/// <param name="Lag">
/// The age of the oldest entry that is not sealed; zero if all are. Whoever can write to the tables can still rewrite
/// these entries without leaving a trace.
/// </param>
/// <param name="Unpublished">The number of checkpoints that no sink has received.</param>
/// <param name="UnpublishedAge">
/// The age of the oldest checkpoint that no sink has received; zero if there is none. Entries under it can be rewritten
/// together with their leaves and checkpoints.
/// </param>
public readonly record struct LedgerSealState(TimeSpan Lag, long Unpublished, TimeSpan UnpublishedAge);
