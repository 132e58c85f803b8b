using CallIntel.Sdk.Events;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Event count and talk time per time bucket, channel and direction.</summary>
static class VolumeFigure
{
    /// <summary>A row has the counts of a bucket and then its talk times, each by channel and direction.</summary>
    const string Columns =
        """
            select bucket, utc_offset_minutes,
                   inbound_calls, outbound_calls, inbound_sms, outbound_sms,
                   inbound_mms, outbound_mms, inbound_voicemails, outbound_voicemails,
                   inbound_calls_s, outbound_calls_s, inbound_sms_s, outbound_sms_s,
                   inbound_mms_s, outbound_mms_s, inbound_voicemails_s, outbound_voicemails_s
              from
            """ + " ";

    const string Arguments = ", $3, $4, " + DashboardCommand.Filter + ")";

    const int FirstCount = 2;

    static readonly (EventChannel Channel, EventDirection Direction)[] Kinds =
    [
        (EventChannel.Call, EventDirection.Inbound),
        (EventChannel.Call, EventDirection.Outbound),
        (EventChannel.Sms, EventDirection.Inbound),
        (EventChannel.Sms, EventDirection.Outbound),
        (EventChannel.Mms, EventDirection.Inbound),
        (EventChannel.Mms, EventDirection.Outbound),
        (EventChannel.Voicemail, EventDirection.Inbound),
        (EventChannel.Voicemail, EventDirection.Outbound),
    ];

    internal static DashboardFigure<VolumePoint> Figure { get; } =
        new(
            Columns + "callintel.count_volume($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.count_volume(p.starts, p.ends" + Arguments,
            DashboardFrame.ByTime,
            Read
        );

    static void Read(NpgsqlDataReader row, List<VolumePoint> points)
    {
        DateTimeOffset start = row.GetFieldValue<DateTimeOffset>(0).ToOffset(TimeSpan.FromMinutes(row.GetInt32(1)));
        for (int kind = 0; kind < Kinds.Length; kind++)
            if (row.GetInt64(FirstCount + kind) is not 0 and long events)
                points.Add(
                    new VolumePoint(
                        start,
                        Kinds[kind].Channel,
                        Kinds[kind].Direction,
                        events,
                        row.GetInt64(FirstCount + Kinds.Length + kind)
                    )
                );
    }
}
