namespace CallIntel.Sdk.Dashboards;

/// <summary>The missed inbound calls of one day and how many were returned.</summary>
/// <param name="Day">The day in the requested time zone.</param>
/// <param name="Calls">The number of inbound calls.</param>
/// <param name="Unanswered">The number of inbound calls that were missed, were busy, failed or were rejected.</param>
/// <param name="CalledBack">
/// The number of unanswered calls that the org returned within 24 hours, whether or not the return call was answered.
/// </param>
/// <param name="MedianSecondsToCallBack">
/// The median time to the return call in seconds; null if there were none. Times are rounded before they are counted,
/// by at most half a second or 1 in 128, whichever is more. Contacts hidden from the member are not included.
/// </param>
public sealed record UnansweredDay(
    DateOnly Day,
    long Calls,
    long Unanswered,
    long CalledBack,
    double? MedianSecondsToCallBack
)
{
    /// <summary>The fraction of inbound calls that were not answered, 0 to 1.</summary>
    public double UnansweredShare => Calls == 0 ? 0 : (double)Unanswered / Calls;

    /// <summary>The fraction of unanswered calls that were returned, 0 to 1.</summary>
    public double CalledBackShare => Unanswered == 0 ? 0 : (double)CalledBack / Unanswered;
}
