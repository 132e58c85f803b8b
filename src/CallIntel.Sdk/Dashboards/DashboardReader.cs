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
    readonly DashboardCache? _cache;

    internal DashboardReader(SessionTransport session, MemberDirectory members, DashboardCache? cache) =>
        (_session, _members, _cache) = (session, members, cache);

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
        // Thrown by the call itself, not by its task.
        query.Range.ThrowIfInvalid();
        query.Filter.ThrowIfInvalid();
        return Tracing.SpanAsync("callintel.figure", "callintel.figure.name", name, () =>
            _cache is { } cache && DashboardCache.Keeps(query)
                ? FindAsync(cache, name, figure, query, bind, cancellationToken)
                : ComputeAsync(figure, query, bind, cancellationToken)
        );
    }

    /// <summary>
    /// Uses an answer that was computed from the same version of what the session sees. The round trip that reads the
    /// version opens the context, so a member without access gets no answer.
    /// </summary>
    async Task<DashboardAnswer<T>> FindAsync<T>(
        DashboardCache cache,
        string name,
        DashboardFigure<T> figure,
        DashboardQuery query,
        Action<NpgsqlBatchCommand>? bind,
        CancellationToken cancellationToken
    )
    {
        NpgsqlBatchCommand command = Command(figure.Sql, query, bind);
        (List<Freshness> streams, List<string?> versions) = await _session
            .ListAsync(
                Freshness.Command(),
                Freshness.Read,
                DashboardCache.VersionCommand(),
                DashboardCache.ReadVersion,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (versions[0] is not { } version)
            return await ComputeAsync(figure, query, bind, cancellationToken).ConfigureAwait(false);
        string key = DashboardCache.KeyOf(version, name, query, command);
        if (await cache.FindAsync<T>(key, cancellationToken).ConfigureAwait(false) is { } known)
            return known.With(Freshness.Combine(streams));
        (DashboardAnswer<T> answer, string? before, string? after) = await ReadAsync(
                figure,
                query,
                bind,
                withVersion: true,
                cancellationToken
            )
            .ConfigureAwait(false);
        // An answer is kept only if nothing changed while it was computed, because each statement has a snapshot of its
        // own: another session with the version before could see less.
        if (before is not null && before == after)
            await cache
                .KeepAsync(
                    DashboardCache.KeyOf(before, name, query, command),
                    new DashboardCacheEntry<T>(
                        answer.Source,
                        answer.Rows.ToArray().AsReadOnly(),
                        answer.Previous is { } previous
                            ? previous with
                            {
                                Rows = previous.Rows.ToArray().AsReadOnly(),
                            }
                            : null
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false);
        return answer;
    }

    async Task<DashboardAnswer<T>> ComputeAsync<T>(
        DashboardFigure<T> figure,
        DashboardQuery query,
        Action<NpgsqlBatchCommand>? bind,
        CancellationToken cancellationToken
    ) => (await ReadAsync(figure, query, bind, withVersion: false, cancellationToken).ConfigureAwait(false)).Answer;

    static NpgsqlBatchCommand Command(string sql, DashboardQuery query, Action<NpgsqlBatchCommand>? bind)
    {
        NpgsqlBatchCommand command = DashboardCommand.Create(sql, query);
        bind?.Invoke(command);
        return command;
    }

    async Task<(DashboardAnswer<T> Answer, string? Before, string? After)> ReadAsync<T>(
        DashboardFigure<T> figure,
        DashboardQuery query,
        Action<NpgsqlBatchCommand>? bind,
        bool withVersion,
        CancellationToken cancellationToken
    )
    {
        // Freshness is read first: a statement after it may see newer events, never older ones.
        List<NpgsqlBatchCommand> commands = [Freshness.Command()];
        if (withVersion)
            commands.Add(DashboardCache.VersionCommand());
        commands.Add(DashboardCommand.Create(figure.FrameSql, query));
        commands.Add(Command(figure.Sql, query, bind));
        if (query.ComparesWithPrevious)
            commands.Add(Command(figure.PreviousSql, query, bind));
        if (withVersion)
            commands.Add(DashboardCache.VersionCommand());
        try
        {
            await using BatchResults results = await _session
                .OpenAsync(commands, cancellationToken)
                .ConfigureAwait(false);
            Freshness all = Freshness.Combine(
                await results.RowsAsync(Freshness.Read, cancellationToken).ConfigureAwait(false)
            );
            string? before = withVersion ? await VersionAsync().ConfigureAwait(false) : null;
            DashboardFrame frame = (
                await results.RowsAsync(DashboardFrame.Read, cancellationToken).ConfigureAwait(false)
            )[0];
            List<T> rows = await results.CollectAsync(figure.Read, cancellationToken).ConfigureAwait(false);
            PreviousPeriod<T>? previous = query.ComparesWithPrevious
                ? new PreviousPeriod<T>(
                    new TimeRange(frame.Starts, frame.Ends),
                    await results.CollectAsync(figure.Read, cancellationToken).ConfigureAwait(false)
                )
                : null;
            string? after = withVersion ? await VersionAsync().ConfigureAwait(false) : null;
            return (
                new DashboardAnswer<T>(rows, all.AsOf, all.State) { Source = frame.Source, Previous = previous },
                before,
                after
            );

            async Task<string?> VersionAsync() =>
                (await results.RowsAsync(DashboardCache.ReadVersion, cancellationToken).ConfigureAwait(false))[0];
        }
        catch (CallIntelException e) when (TimeZones.IsRefusal(e))
        {
            throw TimeZones.Unknown(e.InnerException);
        }
    }
}
