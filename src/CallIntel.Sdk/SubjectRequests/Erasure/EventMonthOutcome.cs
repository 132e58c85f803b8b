namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What happened with a month of events.</summary>
public enum EventMonthOutcome
{
    /// <summary>The events of all orgs in the month were dropped.</summary>
    Dropped = 1,

    /// <summary>The month would be dropped. Only a dry run returns this value.</summary>
    Due = 2,

    /// <summary>At least one org keeps the month. Nothing was dropped.</summary>
    Kept = 3,

    /// <summary>
    /// Nothing was dropped, because a table was in use or somebody wrote into the month. The next run tries again.
    /// </summary>
    Busy = 4,
}
