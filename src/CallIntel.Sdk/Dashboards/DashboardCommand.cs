using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// Creates the parameters that all dashboard queries start with: <c>$1</c> and <c>$2</c>, the time range.
/// </summary>
static class DashboardCommand
{
    internal static NpgsqlBatchCommand Create(string sql, TimeRange range)
    {
        range.ThrowIfInvalid();
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(sql).With(range.From.UtcDateTime, range.To.UtcDateTime);
        return command;
    }
}
