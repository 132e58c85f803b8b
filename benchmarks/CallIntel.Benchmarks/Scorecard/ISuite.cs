using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary>Figures that are measured together.</summary>
interface ISuite
{
    string Name { get; }

    /// <param name="server">A server with durability on.</param>
    /// <param name="quick">Less data and fewer runs: to see that it works, not to publish.</param>
    IAsyncEnumerable<Figure> RunAsync(PostgresServer server, bool quick);
}
