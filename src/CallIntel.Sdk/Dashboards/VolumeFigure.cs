using CallIntel.Sdk.Events;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Event count and talk time per time bucket, channel and direction.</summary>
static class VolumeFigure
{
    const string Columns = "select bucket, utc_offset_minutes, channel, direction, events, talk_s from ";

    const string Arguments = ", $3, $4, " + DashboardCommand.Filter + ")";

    internal static DashboardFigure<VolumePoint> Figure { get; } =
        new(
            Columns + "callintel.count_events($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.count_events(p.starts, p.ends" + Arguments,
            DashboardFrame.ByTime,
            Read
        );

    static VolumePoint Read(NpgsqlDataReader row) =>
        new(
            row.GetFieldValue<DateTimeOffset>(0).ToOffset(TimeSpan.FromMinutes(row.GetInt32(1))),
            (EventChannel)row.GetInt16(2),
            (EventDirection)row.GetInt16(3),
            row.GetInt64(4),
            row.GetInt64(5)
        );
}
