namespace CallIntel.Sdk.Dashboards;

/// <summary>How many inbound messages were answered, and how quickly.</summary>
/// <param name="Messages">
/// The number of inbound messages that needed an answer. Of consecutive inbound messages from the same contact only the
/// first counts. An outbound message or a pause of 24 hours ends such a sequence.
/// </param>
/// <param name="Answered">The number of these messages that the org answered within 24 hours.</param>
/// <param name="MedianSeconds">
/// The median time to the answer in seconds; null if there were no answers. Times are rounded before they are counted,
/// by at most half a second or 1 in 128, whichever is more.
/// </param>
/// <param name="P90Seconds">
/// The 90th percentile of the time to the answer in seconds, rounded as the median; null if there were no answers.
/// </param>
public sealed record ResponseTimes(long Messages, long Answered, double? MedianSeconds, double? P90Seconds)
{
    /// <summary>The share of messages that were answered, 0 to 1.</summary>
    public double AnsweredShare => Messages == 0 ? 0 : (double)Answered / Messages;
}
