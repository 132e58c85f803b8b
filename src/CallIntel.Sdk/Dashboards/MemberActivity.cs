using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The calls and messages of one member.</summary>
/// <param name="Member">The member; null for calls and messages whose member is unknown.</param>
/// <param name="InboundCalls">The number of inbound calls, answered or not.</param>
/// <param name="AnsweredCalls">The number of inbound calls that were answered.</param>
/// <param name="OutboundCalls">The number of outbound calls.</param>
/// <param name="Messages">The number of SMS and MMS messages, in both directions.</param>
/// <param name="TalkSeconds">The total duration of calls in seconds.</param>
public sealed record MemberActivity(
    [property: PseudonymousData] MemberId? Member,
    long InboundCalls,
    long AnsweredCalls,
    long OutboundCalls,
    long Messages,
    long TalkSeconds
);
