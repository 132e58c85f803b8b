using System.Runtime.CompilerServices;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Figures over a time range of the session's org, each with its freshness, each in one round trip.</summary>
/// <remarks>
/// Thread-safe. Counted are a member's own events, and everybody's for the roles above and for viewers. For these,
/// volume, busiest hours, unanswered calls and the last row of top contacts count events with contacts that privacy
/// rules keep from them too, without durations, by whole hours of UTC that lie within the range, and from
/// <see cref="SmallestGroup"/> on. What that tells: <c>docs/rls.md</c>.
/// </remarks>
public sealed class DashboardReader
{
    /// <summary>
    /// How many events have to be together to be counted apart from others: 5, as <c>callintel.smallest_group()</c>.
    /// </summary>
    public const int SmallestGroup = 5;

    readonly SessionTransport _session;

    internal DashboardReader(SessionTransport session) => _session = session;

    /// <summary>Events and talk time by bucket, channel and direction.</summary>
    /// <param name="range">Which events.</param>
    /// <param name="grain">How finely to cut, by the clock of which time zone.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>Rows in order of time, channel and direction.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> an empty range, <c>CI0025</c> an unknown time zone.
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

    /// <summary>Events by day of the week and hour of the day.</summary>
    /// <param name="range">Which events.</param>
    /// <param name="timeZone">The IANA name of the zone by whose clock. Default <c>UTC</c>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>At most 168 rows, the busiest first; hours without events have none.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> an empty range, <c>CI0025</c> an unknown time zone.
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

    /// <summary>The contacts with most events.</summary>
    /// <param name="range">Which events.</param>
    /// <param name="count">How many contacts at most, from 1 on.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// Rows by number of events, then talk time, the highest first; last, without a contact, everybody else: contacts
    /// beyond the count or with less than <see cref="SmallestGroup"/> events, and contacts that the member may not see.
    /// Events from withheld numbers are nobody's.
    /// </returns>
    /// <exception cref="CallIntelException"><c>CI0009</c>: an empty range.</exception>
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

    /// <summary>Inbound calls that nobody took, and whether and how soon they were called back, by day.</summary>
    /// <param name="range">
    /// Which calls. A call back counts up to 24 hours after the call, beyond the end of the range as well.
    /// </param>
    /// <param name="timeZone">The IANA name of the zone by whose clock days are. Default <c>UTC</c>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>Rows in order of time; days without inbound calls have none.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> an empty range, <c>CI0025</c> an unknown time zone.
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

    /// <summary>How soon contacts get an answer to their SMS and MMS messages.</summary>
    /// <param name="range">
    /// Which inbound messages. An answer counts up to 24 hours after the message, beyond the end of the range as well.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// Exactly one row; its counts are zero where there was nothing to answer. Without contacts that the member may not
    /// see.
    /// </returns>
    /// <exception cref="CallIntelException"><c>CI0009</c>: an empty range.</exception>
    public Task<DashboardAnswer<ResponseTimes>> ResponseTimesAsync(
        TimeRange range,
        CancellationToken cancellationToken = default
    ) =>
        AnswerAsync(
            DashboardCommand.Create(ResponseTimesFigure.Sql, range),
            ResponseTimesFigure.Read,
            cancellationToken
        );

    async Task<DashboardAnswer<T>> AnswerAsync<T>(
        NpgsqlBatchCommand figure,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken,
        [CallerMemberName] string name = ""
    )
    {
        try
        {
            (List<T> rows, List<Freshness> streams) = await Tracing
                .SpanAsync("callintel.figure", "callintel.figure.name", name, () =>
                    _session.ListAsync(figure, map, Freshness.Command(), Freshness.Read, cancellationToken)
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
