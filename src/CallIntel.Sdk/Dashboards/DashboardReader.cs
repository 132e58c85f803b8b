using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Figures over a time range of the session's org, each with its freshness, each in one round trip.</summary>
/// <remarks>
/// Thread-safe. Counted is what the session's member may see: a member's own events, everybody's for the roles above and for viewers, and nobody's
/// with contacts that privacy rules keep from them.
/// </remarks>
public sealed class DashboardReader
{
    readonly OrgSession _session;

    internal DashboardReader(OrgSession session) => _session = session;

    /// <summary>Events and talk time by bucket, channel and direction.</summary>
    /// <param name="range">Which events.</param>
    /// <param name="grain">How finely to cut, by the clock of which time zone.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Rows in order of time, channel and direction.</returns>
    /// <exception cref="CallIntelException"><c>CI0009</c> an empty range, <c>CI0025</c> an unknown time zone.</exception>
    public Task<DashboardAnswer<VolumePoint>> VolumeAsync(TimeRange range, Grain grain, CancellationToken cancellationToken = default)
    {
        NpgsqlBatchCommand command = DashboardCommand.Create(VolumeFigure.Sql, _session.Identity.Org, range);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grain.TimeZone });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grain.Unit });
        return AnswerAsync(command, VolumeFigure.Read, cancellationToken);
    }

    async Task<DashboardAnswer<T>> AnswerAsync<T>(NpgsqlBatchCommand figure, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        try
        {
            (List<T> rows, List<Freshness> streams) = await _session.ListAsync(
                figure, map, Freshness.Command(_session.Identity.Org), Freshness.Read, cancellationToken).ConfigureAwait(false);
            Freshness all = Freshness.Of(streams);
            return new DashboardAnswer<T>(rows, all.AsOf, all.State);
        }
        catch (CallIntelException e) when (TimeZones.IsRefusal(e))
        {
            throw TimeZones.Unknown(e.InnerException);
        }
    }
}
