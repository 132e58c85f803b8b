namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// What an answer was computed from. It is the coarsest kind of cells that covers a part of the range; the rest is
/// answered from finer cells and from the events. The source affects the time to compute the numbers, not the numbers.
/// </summary>
/// <remarks>
/// The value depends on the question alone. Time buckets in which events were written since the last computation of
/// cells are always answered from the events, and the value does not show that: it would show when events of hidden
/// contacts were written.
/// </remarks>
public enum DashboardSource
{
    /// <summary>
    /// The events. Members without ReadAllEvents, orgs without cells, and filters that no cells cover are answered from
    /// them. So are unanswered calls and response times for members who are listed for a restricted contact.
    /// </summary>
    Events = 0,

    /// <summary>Cells of quarters of an hour.</summary>
    QuarterHours = 1,

    /// <summary>Cells of hours.</summary>
    Hours = 2,

    /// <summary>Cells of days in the home zone of the org.</summary>
    Days = 3,
}
