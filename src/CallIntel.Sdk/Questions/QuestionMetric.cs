namespace CallIntel.Sdk.Questions;

/// <summary>What a question counts or measures.</summary>
/// <remarks>
/// Metrics about answering (<see cref="MissedCalls"/>, <see cref="AnsweredCalls"/>, <see cref="AnswerRate"/> and
/// <see cref="MissedRate"/>) are about inbound calls unless the plan's direction is outbound.
/// </remarks>
public enum QuestionMetric
{
    /// <summary>The number of calls, messages and voicemails.</summary>
    Events = 1,

    /// <summary>The number of calls.</summary>
    Calls,

    /// <summary>The number of calls that were answered.</summary>
    AnsweredCalls,

    /// <summary>The number of calls that were missed, were busy, failed or were rejected.</summary>
    MissedCalls,

    /// <summary>The share of answered calls among those that were answered or missed, 0 to 1.</summary>
    AnswerRate,

    /// <summary>The share of missed calls among those that were answered or missed, 0 to 1.</summary>
    MissedRate,

    /// <summary>The number of missed inbound calls that the org returned within 24 hours.</summary>
    ReturnedCalls,

    /// <summary>The number of missed inbound calls that the org did not return within 24 hours.</summary>
    UnreturnedCalls,

    /// <summary>The share of missed inbound calls that the org returned within 24 hours, 0 to 1.</summary>
    ReturnRate,

    /// <summary>The median time until a missed inbound call was returned, in seconds.</summary>
    CallBackTime,

    /// <summary>The total duration, in seconds.</summary>
    TalkTime,

    /// <summary>The mean duration of an answered call, in seconds.</summary>
    AverageTalkTime,

    /// <summary>The number of SMS and MMS messages.</summary>
    Messages,

    /// <summary>The number of voicemails.</summary>
    Voicemails,

    /// <summary>The median time until an inbound message was answered, in seconds.</summary>
    ResponseTime,

    /// <summary>The share of inbound messages that the org answered within 24 hours, 0 to 1.</summary>
    ResponseRate,

    /// <summary>The number of different contacts.</summary>
    Contacts,

    /// <summary>The number of contacts whose first event is in the period.</summary>
    NewContacts,

    /// <summary>The number of contacts in the period that had an event before it.</summary>
    ReturningContacts,

    /// <summary>The cost that the sources reported, by currency.</summary>
    Cost,

    /// <summary>The events whose text matches <see cref="QuestionPlan.Search"/>.</summary>
    Matches,
}
