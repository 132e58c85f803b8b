namespace CallIntel.Sdk.Dashboards;

/// <summary>The result of a comparison of dashboard cells with the events.</summary>
/// <param name="Compared">
/// The number of cells that were compared. Cells that are marked are not used and do not count.
/// </param>
/// <param name="Wrong">
/// The number of cells that differ from the events. Expected: 0. Rebuild the cells of the org if it is not, and report
/// the error.
/// </param>
/// <param name="FinalMonths">
/// The number of dropped months of all orgs that were skipped: their events were dropped by retention, so there is
/// nothing to compare their cells with.
/// </param>
public sealed record RollupCheck(long Compared, long Wrong, int FinalMonths = 0);
