using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>
/// Stores which functions of the SQL package each test class calls, and how long it takes, so that only these classes
/// run on a mutant of a function. The file contains sorted lines <c>class :: seconds :: functions</c>.
/// </summary>
/// <remarks>
/// PostgreSQL does not count calls of SQL functions that it inlines; these functions have no coverage.
/// </remarks>
sealed class Coverage
{
    readonly Dictionary<string, (double Seconds, HashSet<string> Functions)> _classes = new(StringComparer.Ordinal);

    /// <summary>Reads the file, which may not exist yet.</summary>
    internal static Coverage Read(string path)
    {
        Coverage coverage = new();
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
            if (line.Split(" :: ") is [string name, string seconds, string functions])
                coverage._classes[name] = (
                    double.Parse(seconds, CultureInfo.InvariantCulture),
                    [.. functions.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
                );
        return coverage;
    }

    /// <summary>
    /// Returns the classes that call a function; the one that calls the fewest functions first, because it tests this
    /// one more closely. Null if no call of the function was counted.
    /// </summary>
    internal IReadOnlyList<string>? Find(string function)
    {
        string[] found =
        [
            .. _classes
                .Where(c => c.Value.Functions.Contains(function))
                .OrderBy(c => c.Value.Functions.Count + c.Value.Seconds)
                .ThenBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => c.Key),
        ];
        return found.Length == 0 ? null : found;
    }

    /// <summary>Runs each class on the original package and writes the file.</summary>
    /// <param name="server">A server with <c>track_functions = all</c>.</param>
    /// <param name="template">The original package.</param>
    /// <param name="oracle">Runs the classes.</param>
    /// <param name="path">The path of the file.</param>
    internal static async Task MeasureAsync(
        PostgresServer server,
        MigratedTemplate template,
        Oracle oracle,
        string path
    )
    {
        Coverage coverage = new();
        ConcurrentDictionary<string, bool> called = [];
        template.Dropping = async database =>
        {
            await using NpgsqlConnection connection = new(
                new NpgsqlConnectionStringBuilder(server.AdminConnectionString)
                {
                    Database = database,
                    Pooling = false,
                }.ConnectionString
            );
            await connection.OpenAsync();
            // A session writes its counts when it ends.
            await using NpgsqlCommand others = new(
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
                connection
            );
            while (await others.ExecuteScalarAsync() is not 0L) { }
            await using NpgsqlCommand command = new(
                "select distinct funcname from pg_stat_user_functions where schemaname like 'callintel%'",
                connection
            );
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                called[reader.GetString(0)] = true;
        };
        foreach (Type type in oracle.AllClasses)
        {
            called.Clear();
            long started = Stopwatch.GetTimestamp();
            IReadOnlyList<string> failing = await oracle.RunAsync(type);
            double seconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1);
            Console.WriteLine($"{type.Name}: {seconds:0.0} s, {called.Count} functions");
            foreach (string failed in failing)
                Console.WriteLine($"excluded: {failed} fails without any mutant");
            coverage._classes[type.Name] = (seconds, [.. called.Keys]);
            await File.WriteAllLinesAsync(path, coverage.Lines());
        }
        template.Dropping = null;
    }

    IEnumerable<string> Lines() =>
        _classes
            .OrderBy(c => c.Key, StringComparer.Ordinal)
            .Select(c =>
                string.Join(
                    " :: ",
                    c.Key,
                    c.Value.Seconds.ToString(CultureInfo.InvariantCulture),
                    string.Join(' ', c.Value.Functions.Order(StringComparer.Ordinal))
                )
            );
}
