using System.Runtime.CompilerServices;
using CallIntel.Sdk.Access;
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
/// hours within the range, and only in groups of at least <see cref="SmallestGroup"/>, unless a filter leaves them out.
/// For what this reveals, see <c>docs/rls.md</c>.
/// </remarks>
public sealed partial class DashboardReader
{
    /// <summary>
    /// The smallest number of events that is counted as a separate group: 5, the same as
    /// <c>callintel.smallest_group()</c>.
    /// </summary>
    public const int SmallestGroup = 5;

    readonly SessionTransport _session;
    readonly MemberDirectory _members;

    internal DashboardReader(SessionTransport session, MemberDirectory members) =>
        (_session, _members) = (session, members);

    /// <summary>Returns the event count and talk time per time bucket, channel and direction.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The rows, ordered by time, channel and direction.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public Task<DashboardAnswer<VolumePoint>> VolumeAsync(
        DashboardQuery query,
        CancellationToken cancellationToken = default
    ) => AnswerAsync(VolumeFigure.Figure, query, cancellationToken);

    /// <summary>Returns the number of events per day of the week and hour of the day.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// At most 168 rows, the busiest hour first. Hours without events have no row. Only the time zone of the grain is
    /// used.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public Task<DashboardAnswer<BusyHour>> BusiestHoursAsync(
        DashboardQuery query,
        CancellationToken cancellationToken = default
    ) => AnswerAsync(BusiestHoursFigure.Figure, query, cancellationToken);

    /// <summary>Returns the contacts with the most events.</summary>
    /// <param name="query">The question.</param>
    /// <param name="count">The maximum number of contacts, at least 1.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, ordered by number of events and then talk time, descending. The last row has no contact and combines
    /// all remaining contacts: those beyond the count, those with fewer than <see cref="SmallestGroup"/> events, and
    /// those hidden from the member unless the filter leaves them out. Events with withheld numbers are not included.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public Task<DashboardAnswer<ContactVolume>> TopContactsAsync(
        DashboardQuery query,
        int count,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return AnswerAsync(TopContactsFigure.Figure, query, cancellationToken, command => command.With(count));
    }

    /// <summary>
    /// Returns the missed inbound calls per day, how many were returned within 24 hours, and the median time to return
    /// them.
    /// </summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, ordered by day in the time zone of the grain. Days without inbound calls have no row. The filter is
    /// about the inbound call, not about the call that returns it. Return calls count up to 24 hours after the missed
    /// call, even after the end of the range.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public Task<DashboardAnswer<UnansweredDay>> UnansweredCallsAsync(
        DashboardQuery query,
        CancellationToken cancellationToken = default
    ) => AnswerAsync(UnansweredCallsFigure.Figure, query, cancellationToken);

    /// <summary>Returns how many inbound SMS and MMS messages were answered, and how quickly.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// Exactly one row. Its counts are zero if there were no messages. The filter is about the message that waits for
    /// an answer, not about the answer. Contacts hidden from the member are not included.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public Task<DashboardAnswer<ResponseTimes>> ResponseTimesAsync(
        DashboardQuery query,
        CancellationToken cancellationToken = default
    ) => AnswerAsync(ResponseTimesFigure.Figure, query, cancellationToken);

    /// <summary>Returns the number of calls per time bucket and direction, and how many were answered.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, ordered by start and direction. Calls of contacts hidden from the member are not included.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public Task<DashboardAnswer<AnswerRatePoint>> AnswerRateAsync(
        DashboardQuery query,
        CancellationToken cancellationToken = default
    ) => AnswerAsync(AnswerRateFigure.Figure, query, cancellationToken);

    /// <summary>Returns the calls, messages and talk time of each member.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, the member with the most inbound calls first, and last the events whose member is unknown. Events of
    /// contacts hidden from the member of the session are not included. A session that does not have ReadAllEvents gets
    /// the row of its own member only.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public Task<DashboardAnswer<MemberActivity>> MemberActivityAsync(
        DashboardQuery query,
        CancellationToken cancellationToken = default
    ) => AnswerAsync(MemberActivityFigure.Figure, query, cancellationToken);

    /// <summary>Returns the calls, messages and talk time of each telephone line of the org.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, the line with the most inbound calls first, and last the events whose line is unknown. Events of
    /// contacts hidden from the member are not included.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public Task<DashboardAnswer<LineActivity>> LineActivityAsync(
        DashboardQuery query,
        CancellationToken cancellationToken = default
    ) => AnswerAsync(LineActivityFigure.Figure, query, cancellationToken);

    Task<DashboardAnswer<T>> AnswerAsync<T>(
        DashboardFigure<T> figure,
        DashboardQuery query,
        CancellationToken cancellationToken,
        Action<NpgsqlBatchCommand>? bind = null,
        [CallerMemberName] string name = ""
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        // Freshness is read first: a statement after it may see newer events, never older ones.
        List<NpgsqlBatchCommand> commands =
        [
            Freshness.Command(),
            DashboardCommand.Create(figure.FrameSql, query),
            DashboardCommand.Create(figure.Sql, query),
        ];
        if (query.ComparesWithPrevious)
            commands.Add(DashboardCommand.Create(figure.PreviousSql, query));
        if (bind is not null)
            foreach (NpgsqlBatchCommand command in commands.Skip(2))
                bind(command);
        return Tracing.SpanAsync("callintel.figure", "callintel.figure.name", name, () =>
            ReadAsync(figure, commands, query.ComparesWithPrevious, cancellationToken)
        );
    }

    async Task<DashboardAnswer<T>> ReadAsync<T>(
        DashboardFigure<T> figure,
        List<NpgsqlBatchCommand> commands,
        bool comparesWithPrevious,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using BatchResults results = await _session
                .OpenAsync(commands, cancellationToken)
                .ConfigureAwait(false);
            Freshness all = Freshness.Of(
                await results.RowsAsync(Freshness.Read, cancellationToken).ConfigureAwait(false)
            );
            DashboardFrame frame = (
                await results.RowsAsync(DashboardFrame.Read, cancellationToken).ConfigureAwait(false)
            )[0];
            List<T> rows = await results.RowsAsync(figure.Read, cancellationToken).ConfigureAwait(false);
            PreviousPeriod<T>? previous = comparesWithPrevious
                ? new PreviousPeriod<T>(
                    new TimeRange(frame.Starts, frame.Ends),
                    await results.RowsAsync(figure.Read, cancellationToken).ConfigureAwait(false)
                )
                : null;
            return new DashboardAnswer<T>(rows, all.AsOf, all.State) { Source = frame.Source, Previous = previous };
        }
        catch (CallIntelException e) when (TimeZones.IsRefusal(e))
        {
            throw TimeZones.Unknown(e.InnerException);
        }
    }
}
