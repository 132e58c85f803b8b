namespace CallIntel.Sdk.Dashboards;

/// <summary>How soon contacts get an answer to their messages.</summary>
/// <param name="Messages">
/// Inbound messages that waited for an answer: of a run of inbound ones from the same contact the first, where a run
/// ends with an outbound message or a silence of 24 hours.
/// </param>
/// <param name="Answered">Those of them after which the org sent the contact a message within 24 hours.</param>
/// <param name="MedianSeconds">Half of the answers came within this many seconds; null where there was none.</param>
/// <param name="P90Seconds">Nine of ten answers came within this many seconds; null where there was none.</param>
public sealed record ResponseTimes(long Messages, long Answered, double? MedianSeconds, double? P90Seconds)
{
    /// <summary>The share of messages that were answered, 0 to 1.</summary>
    public double AnsweredShare => Messages == 0 ? 0 : (double)Answered / Messages;
}
