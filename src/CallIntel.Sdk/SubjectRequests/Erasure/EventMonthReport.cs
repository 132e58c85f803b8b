namespace CallIntel.Sdk.SubjectRequests;

/// <summary>
/// A month of events of all orgs that is older than the shortest retention of an org, and what happened with it. An org
/// that keeps the month is counted once, under the first reason in the order of the properties.
/// </summary>
public sealed record EventMonthReport
{
    /// <summary>The first day of the month, in UTC.</summary>
    public required DateOnly Month { get; init; }

    /// <summary>What happened with the month.</summary>
    public required EventMonthOutcome Outcome { get; init; }

    /// <summary>The number of events of the orgs that do not keep the month.</summary>
    public required long Events { get; init; }

    /// <summary>The number of orgs with events in the month that do not keep it.</summary>
    public required int Orgs { get; init; }

    /// <summary>The number of orgs that keep the month because they have no retention.</summary>
    public required int WithoutRetention { get; init; }

    /// <summary>
    /// The number of orgs with an event in the month that is not older than the retention of its contact or of the org.
    /// </summary>
    public required int NotDue { get; init; }

    /// <summary>The number of orgs with an event in the month whose contact is under a legal hold.</summary>
    public required int Held { get; init; }

    /// <summary>
    /// The number of orgs with an event in the month whose contact has an open data subject request.
    /// </summary>
    public required int Requested { get; init; }

    /// <summary>
    /// The number of orgs whose dashboard cells of the month are not computed yet. 0 in a dry run, because a run
    /// computes them first.
    /// </summary>
    public required int NotComputed { get; init; }
}
