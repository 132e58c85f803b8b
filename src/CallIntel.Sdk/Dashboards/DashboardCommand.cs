using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// Creates the commands of dashboard queries. All of them have the same parameters: <c>$1</c> and <c>$2</c>, the time
/// range; <c>$3</c> and <c>$4</c>, the unit and the time zone of the buckets; <c>$5</c> to <c>$14</c>, the filter.
/// Figures with further parameters have them from <c>$15</c> on.
/// </summary>
static class DashboardCommand
{
    /// <summary>The filter as a parameter of a figure's function.</summary>
    internal const string Filter = "row($5, $6, $7, $8, $9, $10, $11, $12, $13, $14)::callintel.figure_filter";

    /// <summary>Precedes the function of a figure that is computed for the period before the range.</summary>
    internal const string PreviousPeriod = "callintel.previous_period($1, $2, $4) p, ";

    internal static NpgsqlBatchCommand Create(string sql, DashboardQuery query)
    {
        query.Range.ThrowIfInvalid();
        query.Filter.ThrowIfInvalid();
        DashboardFilter filter = query.Filter;
        return new NpgsqlBatchCommand(sql).With(
            query.Range.From.UtcDateTime,
            query.Range.To.UtcDateTime,
            query.Grain.Unit,
            query.Grain.TimeZone,
            (short?)filter.Channel,
            (short?)filter.Direction,
            (short?)filter.Outcome,
            filter.Member?.Value,
            filter.Team?.Value,
            filter.Line?.Value,
            filter.Contact?.Value,
            filter.Source,
            SqlValue.Create(NpgsqlTypes.NpgsqlDbType.Boolean, filter.DuringBusinessHours),
            (short?)filter.ContactKind
        );
    }
}
