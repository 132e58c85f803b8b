using CallIntel.Sdk.Events;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Calls per time bucket and direction, and how many were answered.</summary>
static class AnswerRateFigure
{
    internal const string Sql =
        "select bucket, utc_offset_minutes, direction, calls, answered, missed, talk_s"
        + " from callintel.count_calls($1, $2, $3, $4)";

    internal static AnswerRatePoint Read(NpgsqlDataReader row) =>
        new(
            row.GetFieldValue<DateTimeOffset>(0).ToOffset(TimeSpan.FromMinutes(row.GetInt32(1))),
            (EventDirection)row.GetInt16(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt64(5),
            row.GetInt64(6)
        );
}
