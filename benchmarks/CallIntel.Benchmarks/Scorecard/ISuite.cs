using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary>Figures that are measured together.</summary>
interface ISuite
{
    string Name { get; }

    /// <param name="server">A server with durability on.</param>
    /// <param name="quick">Less data and fewer runs: to see that it works, not to publish.</param>
    IAsyncEnumerable<Figure> RunAsync(PostgresServer server, bool quick);

    /// <summary>Figures that take many minutes, instead of the others: measured when <c>--long</c> asks for them.</summary>
    /// <param name="server">A server with durability on.</param>
    /// <param name="quick">At a small size: to see that it works, not to publish.</param>
    IAsyncEnumerable<Figure> RunLongAsync(PostgresServer server, bool quick) => AsyncEnumerable.Empty<Figure>();
}
