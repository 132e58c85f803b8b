namespace CallIntel.Sdk.Dashboards;

/// <summary>What a leaderboard of members is ordered by.</summary>
public enum LeaderboardOrder
{
    /// <summary>Inbound calls that the member answered.</summary>
    AnsweredCalls,

    /// <summary>Outbound calls.</summary>
    OutboundCalls,

    /// <summary>SMS and MMS messages in both directions.</summary>
    Messages,

    /// <summary>The total duration of calls.</summary>
    TalkTime,
}
