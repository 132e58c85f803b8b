using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary>A suite of figures.</summary>
interface ISuite
{
    /// <summary>Gets the name of the suite.</summary>
    string Name { get; }

    /// <summary>Measures the figures.</summary>
    /// <param name="server">A server with durability enabled.</param>
    /// <param name="size">The amount of data, the number of runs, and the figures to measure.</param>
    IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size);

    /// <summary>Measures the figures that take many minutes. With <c>--long</c>, only these are measured.</summary>
    /// <param name="server">A server with durability enabled.</param>
    /// <param name="size">The amount of data, the number of runs, and the figures to measure.</param>
    IAsyncEnumerable<Figure> RunLongAsync(PostgresServer server, ScorecardSize size) => AsyncEnumerable.Empty<Figure>();
}
