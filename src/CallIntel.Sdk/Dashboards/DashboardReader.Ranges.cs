using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Dashboards;

/// <content>Questions without a filter.</content>
public sealed partial class DashboardReader
{
    /// <summary>Returns the event count and talk time per time bucket, channel and direction.</summary>
    /// <param name="range">The time range of the events.</param>
    /// <param name="grain">The size of the buckets and their time zone.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The rows, ordered by time, channel and direction.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown.
    /// </exception>
    public Task<DashboardAnswer<VolumePoint>> VolumeAsync(
        TimeRange range,
        Grain grain,
        CancellationToken cancellationToken = default
    ) => VolumeAsync(new DashboardQuery(range) { Grain = grain }, cancellationToken);

    /// <summary>Returns the number of events per day of the week and hour of the day.</summary>
    /// <param name="range">The time range of the events.</param>
    /// <param name="timeZone">The IANA name of the time zone. Default: <c>UTC</c>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>At most 168 rows, the busiest hour first. Hours without events have no row.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown.
    /// </exception>
    public Task<DashboardAnswer<BusyHour>> BusiestHoursAsync(
        TimeRange range,
        string timeZone = TimeZones.Utc,
        CancellationToken cancellationToken = default
    ) => BusiestHoursAsync(new DashboardQuery(range) { Grain = Grain.Hour.In(timeZone) }, cancellationToken);

    /// <summary>Returns the contacts with the most events.</summary>
    /// <param name="range">The time range of the events.</param>
    /// <param name="count">The maximum number of contacts, at least 1.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, ordered by number of events and then talk time, descending. The last row has no contact and combines
    /// all remaining contacts: those beyond the count, those with fewer than <see cref="SmallestGroup"/> events, and
    /// those hidden from the member. Events with withheld numbers are not included.
    /// </returns>
    /// <exception cref="CallIntelException"><c>CI0009</c>: the range is empty.</exception>
    public Task<DashboardAnswer<ContactVolume>> TopContactsAsync(
        TimeRange range,
        int count,
        CancellationToken cancellationToken = default
    ) => TopContactsAsync(new DashboardQuery(range), count, cancellationToken);

    /// <summary>
    /// Returns the missed inbound calls per day, how many were returned within 24 hours, and the median time to return
    /// them.
    /// </summary>
    /// <param name="range">
    /// The time range of the inbound calls. Return calls count up to 24 hours after the missed call, even after the end
    /// of the range.
    /// </param>
    /// <param name="timeZone">The IANA name of the time zone that defines the days. Default: <c>UTC</c>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The rows, ordered by day. Days without inbound calls have no row.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown.
    /// </exception>
    public Task<DashboardAnswer<UnansweredDay>> UnansweredCallsAsync(
        TimeRange range,
        string timeZone = TimeZones.Utc,
        CancellationToken cancellationToken = default
    ) => UnansweredCallsAsync(new DashboardQuery(range) { Grain = Grain.Day.In(timeZone) }, cancellationToken);

    /// <summary>Returns how many inbound SMS and MMS messages were answered, and how quickly.</summary>
    /// <param name="range">
    /// The time range of the inbound messages. Answers count up to 24 hours after the message, even after the end of
    /// the range.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// Exactly one row. Its counts are zero if there were no messages. Contacts hidden from the member are not
    /// included.
    /// </returns>
    /// <exception cref="CallIntelException"><c>CI0009</c>: the range is empty.</exception>
    public Task<DashboardAnswer<ResponseTimes>> ResponseTimesAsync(
        TimeRange range,
        CancellationToken cancellationToken = default
    ) => ResponseTimesAsync(new DashboardQuery(range), cancellationToken);

    /// <summary>Returns the number of calls per time bucket and direction, and how many were answered.</summary>
    /// <param name="range">The time range of the calls.</param>
    /// <param name="grain">The size of the buckets and their time zone.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, ordered by start and direction. Calls of contacts hidden from the member are not included.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown.
    /// </exception>
    public Task<DashboardAnswer<AnswerRatePoint>> AnswerRateAsync(
        TimeRange range,
        Grain grain,
        CancellationToken cancellationToken = default
    ) => AnswerRateAsync(new DashboardQuery(range) { Grain = grain }, cancellationToken);

    /// <summary>Returns the calls, messages and talk time of each member.</summary>
    /// <param name="range">The time range of the events.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, the member with the most inbound calls first, and last the events whose member is unknown. A call that
    /// rang at several members counts for the one who answered it, otherwise for the first. Events of contacts hidden
    /// from the member of the session are not included. A session that does not have ReadAllEvents gets the row of its
    /// own member only.
    /// </returns>
    /// <exception cref="CallIntelException"><c>CI0009</c>: the range is empty.</exception>
    public Task<DashboardAnswer<MemberActivity>> MemberActivityAsync(
        TimeRange range,
        CancellationToken cancellationToken = default
    ) => MemberActivityAsync(new DashboardQuery(range), cancellationToken);

    /// <summary>Returns the calls, messages and talk time of each telephone line of the org.</summary>
    /// <param name="range">The time range of the events.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, the line with the most inbound calls first, and last the events whose line is unknown. A call belongs
    /// to the line of its first record that has one. Events of contacts hidden from the member are not included.
    /// </returns>
    /// <exception cref="CallIntelException"><c>CI0009</c>: the range is empty.</exception>
    public Task<DashboardAnswer<LineActivity>> LineActivityAsync(
        TimeRange range,
        CancellationToken cancellationToken = default
    ) => LineActivityAsync(new DashboardQuery(range), cancellationToken);
}
