using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The statement of a figure.</summary>
/// <param name="Sql">Computes the figure for the range of the question.</param>
/// <param name="PreviousSql">Computes the figure for the period before.</param>
/// <param name="FrameSql">Returns what the figure is computed from, and the period before.</param>
/// <param name="Read">Creates a row.</param>
sealed record DashboardFigure<T>(string Sql, string PreviousSql, string FrameSql, Func<NpgsqlDataReader, T> Read);
