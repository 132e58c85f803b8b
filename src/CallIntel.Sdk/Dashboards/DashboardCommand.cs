using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The parameters that every figure begins with: <c>$1</c> and <c>$2</c>, the range of time.</summary>
static class DashboardCommand
{
    internal static NpgsqlBatchCommand Create(string sql, TimeRange range)
    {
        range.ThrowIfInvalid();
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(sql).With(range.From.UtcDateTime, range.To.UtcDateTime);
        return command;
    }
}
