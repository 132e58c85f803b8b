using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Missed inbound calls per day and how many were returned.</summary>
static class UnansweredCallsFigure
{
    internal const string Sql =
        "select day, calls, unanswered, called_back, median_s from callintel.count_unanswered_calls($1, $2, $3)";

    internal static UnansweredDay Read(NpgsqlDataReader row) =>
        new(
            row.GetFieldValue<DateOnly>(0),
            row.GetInt64(1),
            row.GetInt64(2),
            row.GetInt64(3),
            row.IsDBNull(4) ? null : row.GetDouble(4)
        );
}
