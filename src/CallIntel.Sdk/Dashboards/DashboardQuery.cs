using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// A question to the dashboards: a time range, the size and time zone of its buckets, a filter, and whether the period
/// before is wanted too. Every figure takes one.
/// </summary>
/// <param name="Range">The time range.</param>
/// <example>
/// <code>
/// DashboardQuery query = new(TimeRange.LastDays(30))
/// {
///     Grain = Grain.Day.In("Europe/Copenhagen"),
///     Filter = new() { Direction = EventDirection.Inbound, DuringBusinessHours = true },
///     ComparesWithPrevious = true,
/// };
/// DashboardAnswer&lt;AnswerRatePoint&gt; rate = await session.Dashboards.AnswerRateAsync(query);
/// </code>
/// </example>
public sealed record DashboardQuery(TimeRange Range)
{
    /// <summary>
    /// The size of the time buckets, and the time zone. A figure without buckets uses the time zone only, and
    /// <see cref="ComparesWithPrevious"/> uses it to recognize whole days and months.
    /// </summary>
    /// <value>The default value is <see cref="Grain.Day"/> in UTC.</value>
    public Grain Grain { get; init; } = Grain.Day;

    /// <summary>Which calls, voicemails and messages count.</summary>
    /// <value>The default value is <see cref="DashboardFilter.All"/>.</value>
    public DashboardFilter Filter { get; init; } = DashboardFilter.All;

    /// <summary>
    /// Whether <see cref="DashboardAnswer{T}.Previous"/> contains the figure for the period before the range.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool ComparesWithPrevious { get; init; }
}
