using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The meaning and the order of the statuses of calls and messages at Twilio.</summary>
/// <remarks>
/// <para>
/// Twilio does not guarantee the order of status callbacks, and the callbacks of messages contain no time. The rank of
/// a status shows whether it is later than another one. Set it as <see cref="EventRecord.OutcomeRank"/>, so that a late
/// callback does not replace a later status.
/// </para>
/// <para>
/// Specifications: https://www.twilio.com/docs/voice/api/call-resource#call-status-values and
/// https://www.twilio.com/docs/messaging/api/message-resource#message-status-values. Thread-safe.
/// </para>
/// </remarks>
public static class TwilioStatus
{
    static readonly Dictionary<string, (int Rank, EventOutcome Outcome)> Calls = new(StringComparer.OrdinalIgnoreCase)
    {
        ["queued"] = (1, EventOutcome.Unknown),
        ["initiated"] = (2, EventOutcome.Unknown),
        ["ringing"] = (3, EventOutcome.Unknown),
        ["in-progress"] = (4, EventOutcome.Unknown),
        ["answered"] = (4, EventOutcome.Unknown),
        ["busy"] = (5, EventOutcome.Busy),
        ["failed"] = (5, EventOutcome.Failed),
        ["no-answer"] = (5, EventOutcome.Missed),
        ["canceled"] = (5, EventOutcome.Missed),
        ["completed"] = (5, EventOutcome.Completed),
    };

    static readonly Dictionary<string, (int Rank, EventOutcome Outcome)> Messages = new(
        StringComparer.OrdinalIgnoreCase
    )
    {
        ["scheduled"] = (1, EventOutcome.Unknown),
        ["accepted"] = (1, EventOutcome.Unknown),
        ["queued"] = (2, EventOutcome.Unknown),
        ["sending"] = (3, EventOutcome.Unknown),
        ["receiving"] = (3, EventOutcome.Unknown),
        ["sent"] = (4, EventOutcome.Sent),
        ["partially_delivered"] = (4, EventOutcome.Sent),
        ["canceled"] = (5, EventOutcome.Failed),
        ["failed"] = (5, EventOutcome.Failed),
        ["undelivered"] = (5, EventOutcome.Failed),
        ["delivered"] = (5, EventOutcome.Completed),
        ["received"] = (5, EventOutcome.Completed),
        ["read"] = (6, EventOutcome.Completed),
    };

    /// <summary>Returns how a call or message with a status ended.</summary>
    /// <param name="channel">The channel. All channels other than calls and voicemails are messages.</param>
    /// <param name="status">
    /// The status: <c>status</c> of the API, or <c>CallStatus</c> or <c>MessageStatus</c> of a callback.
    /// </param>
    /// <returns>
    /// <see cref="EventOutcome.Unknown"/> if it has not ended, or if the status is null or not known.
    /// </returns>
    public static EventOutcome OutcomeOf(EventChannel channel, string? status) =>
        Find(channel, status)?.Outcome ?? default;

    /// <summary>
    /// Returns the rank of a status: later statuses have a higher rank. Statuses with equal rank exclude each other.
    /// </summary>
    /// <param name="channel">The channel. All channels other than calls and voicemails are messages.</param>
    /// <param name="status">
    /// The status: <c>status</c> of the API, or <c>CallStatus</c> or <c>MessageStatus</c> of a callback.
    /// </param>
    /// <returns>A number from 1 to 6. Null if the status is null or not known.</returns>
    public static int? RankOf(EventChannel channel, string? status) => Find(channel, status)?.Rank;

    static (int Rank, EventOutcome Outcome)? Find(EventChannel channel, string? status) =>
        status is not null
        && (channel is EventChannel.Call or EventChannel.Voicemail ? Calls : Messages).TryGetValue(
            status,
            out (int Rank, EventOutcome Outcome) found
        )
            ? found
            : null;
}
