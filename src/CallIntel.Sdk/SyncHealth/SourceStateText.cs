namespace CallIntel.Sdk.SyncHealth;

/// <summary>Parses states as the SQL package writes them.</summary>
static class SourceStateText
{
    internal static SourceState Parse(string text) =>
        text switch
        {
            "ok" => SourceState.Ok,
            "lagging" => SourceState.Lagging,
            "late" => SourceState.Late,
            "zero_rows" => SourceState.ZeroRows,
            "rejecting" => SourceState.Rejecting,
            "stale" => SourceState.Stale,
            "never_run" => SourceState.NeverRun,
            "hung" => SourceState.Hung,
            "failing" => SourceState.Failing,
            _ => throw new InvalidOperationException("The view sync_health has a state that this SDK does not know."),
        };
}
