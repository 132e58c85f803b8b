using System.Runtime.CompilerServices;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// Computes statistics of the session's org over a time range. Each call takes one round trip and also returns how
/// fresh the data is.
/// </summary>
/// <remarks>
/// Thread-safe. A member's statistics cover the member's own events. Those of viewers and of roles above Member cover
/// the events of all members. For these roles, volume, busiest hours, unanswered calls and the last row of top contacts
/// also count events of contacts hidden by privacy rules. Such events are counted without durations, only in whole UTC
/// hours within the range, and only in groups of at least <see cref="SmallestGroup"/>. For what this reveals, see
/// <c>docs/rls.md</c>.
/// </remarks>
public sealed class DashboardReader
{
    /// <summary>
    /// The smallest number of events that is counted as a separate group: 5, the same as
    /// <c>callintel.smallest_group()</c>.
    /// </summary>
    public const int SmallestGroup = 5;

    readonly SessionTransport _session;

    internal DashboardReader(SessionTransport session) => _session = session;

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
    )
    {
        NpgsqlBatchCommand command = DashboardCommand.Create(VolumeFigure.Sql, range);
        command.With(grain.Unit, grain.TimeZone);
        return AnswerAsync(command, VolumeFigure.Read, cancellationToken);
    }

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
    )
    {
        NpgsqlBatchCommand command = DashboardCommand.Create(BusiestHoursFigure.Sql, range);
        command.With(TimeZones.Checked(timeZone));
        return AnswerAsync(command, BusiestHoursFigure.Read, cancellationToken);
    }

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
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        NpgsqlBatchCommand command = DashboardCommand.Create(TopContactsFigure.Sql, range);
        command.With(count);
        return AnswerAsync(command, TopContactsFigure.Read, cancellationToken);
    }

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
    )
    {
        NpgsqlBatchCommand command = DashboardCommand.Create(UnansweredCallsFigure.Sql, range);
        command.With(TimeZones.Checked(timeZone));
        return AnswerAsync(command, UnansweredCallsFigure.Read, cancellationToken);
    }

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
    ) =>
        AnswerAsync(
            DashboardCommand.Create(ResponseTimesFigure.Sql, range),
            ResponseTimesFigure.Read,
            cancellationToken
        );

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
    )
    {
        NpgsqlBatchCommand command = DashboardCommand.Create(AnswerRateFigure.Sql, range);
        command.With(grain.Unit, grain.TimeZone);
        return AnswerAsync(command, AnswerRateFigure.Read, cancellationToken);
    }

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
    ) =>
        AnswerAsync(
            DashboardCommand.Create(MemberActivityFigure.Sql, range),
            MemberActivityFigure.Read,
            cancellationToken
        );

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
    ) =>
        AnswerAsync(DashboardCommand.Create(LineActivityFigure.Sql, range), LineActivityFigure.Read, cancellationToken);

    async Task<DashboardAnswer<T>> AnswerAsync<T>(
        NpgsqlBatchCommand figure,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken,
        [CallerMemberName] string name = ""
    )
    {
        try
        {
            // Freshness is read first: a statement after it may see newer events, never older ones.
            (List<Freshness> streams, List<T> rows) = await Tracing
                .SpanAsync("callintel.figure", "callintel.figure.name", name, () =>
                    _session.ListAsync(Freshness.Command(), Freshness.Read, figure, map, cancellationToken)
                )
                .ConfigureAwait(false);
            Freshness all = Freshness.Of(streams);
            return new DashboardAnswer<T>(rows, all.AsOf, all.State);
        }
        catch (CallIntelException e) when (TimeZones.IsRefusal(e))
        {
            throw TimeZones.Unknown(e.InnerException);
        }
    }
}
