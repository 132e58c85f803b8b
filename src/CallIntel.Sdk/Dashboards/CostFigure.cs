using CallIntel.Sdk.Events;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Prices per time bucket, channel, direction and currency.</summary>
static class CostFigure
{
    const decimal Micros = 1_000_000m;

    const string Columns =
        "select bucket, utc_offset_minutes, channel, direction, currency, records, price_micros from ";

    const string Arguments = ", $3, $4, " + DashboardCommand.Filter + ")";

    internal static DashboardFigure<CostPoint> Figure { get; } =
        new(
            Columns + "callintel.sum_costs($1, $2" + Arguments,
            Columns + DashboardCommand.PreviousPeriod + "callintel.sum_costs(p.starts, p.ends" + Arguments,
            DashboardFrame.FromEvents,
            Read
        );

    static CostPoint Read(NpgsqlDataReader row) =>
        new(
            row.GetFieldValue<DateTimeOffset>(0).ToOffset(TimeSpan.FromMinutes(row.GetInt32(1))),
            (EventChannel)row.GetInt16(2),
            (EventDirection)row.GetInt16(3),
            row.IsDBNull(4) ? null : row.GetString(4),
            row.GetInt64(5),
            row.GetDecimal(6) / Micros
        );
}
