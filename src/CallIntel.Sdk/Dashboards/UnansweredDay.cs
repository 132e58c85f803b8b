namespace CallIntel.Sdk.Dashboards;

/// <summary>What became of the inbound calls of one day.</summary>
/// <param name="Day">The day, by the clock of the time zone asked for.</param>
/// <param name="Calls">Inbound calls.</param>
/// <param name="Unanswered">Those of them that were missed, met a busy line, failed or were rejected.</param>
/// <param name="CalledBack">
/// Unanswered ones after which the org called the contact within 24 hours, whether or not that call was answered.
/// </param>
/// <param name="MedianSecondsToCallBack">
/// Half of those calls back came within this many seconds; null where there was none. Without contacts that the member
/// may not see.
/// </param>
public sealed record UnansweredDay(
    DateOnly Day,
    long Calls,
    long Unanswered,
    long CalledBack,
    double? MedianSecondsToCallBack
)
{
    /// <summary>The share of calls that were not answered, 0 to 1.</summary>
    public double UnansweredShare => Calls == 0 ? 0 : (double)Unanswered / Calls;

    /// <summary>The share of unanswered calls that were called back, 0 to 1.</summary>
    public double CalledBackShare => Unanswered == 0 ? 0 : (double)CalledBack / Unanswered;
}
