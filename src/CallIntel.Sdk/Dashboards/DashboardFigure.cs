using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The statement of a figure.</summary>
/// <param name="Sql">Computes the figure for the range of the question.</param>
/// <param name="PreviousSql">Computes the figure for the period before.</param>
/// <param name="FrameSql">Returns what the figure is computed from, and the period before.</param>
/// <param name="Read">Adds what a row of the result contains.</param>
sealed record DashboardFigure<T>(
    string Sql,
    string PreviousSql,
    string FrameSql,
    Action<NpgsqlDataReader, List<T>> Read
)
{
    /// <summary>A figure with one row for each row of the result.</summary>
    internal DashboardFigure(string sql, string previousSql, string frameSql, Func<NpgsqlDataReader, T> read)
        : this(sql, previousSql, frameSql, (row, rows) => rows.Add(read(row))) { }
}
