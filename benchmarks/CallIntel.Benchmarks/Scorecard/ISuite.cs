using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary>Figures that are measured together.</summary>
interface ISuite
{
    string Name { get; }

    /// <param name="server">A server with durability on.</param>
    /// <param name="size">How much data, how many runs, and which figures.</param>
    IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size);

    /// <summary>Figures that take many minutes, instead of the others: measured when <c>--long</c> asks for them.</summary>
    /// <param name="server">A server with durability on.</param>
    /// <param name="size">Quick is a small size here too.</param>
    IAsyncEnumerable<Figure> RunLongAsync(PostgresServer server, ScorecardSize size) => AsyncEnumerable.Empty<Figure>();
}
