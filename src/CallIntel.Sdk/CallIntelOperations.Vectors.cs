using CallIntel.Sdk.Search;

namespace CallIntel.Sdk;

/// <content>The graphs of orgs with many vectors.</content>
public sealed partial class CallIntelOperations
{
    /// <summary>
    /// The number of vectors of an org above which a graph is faster than comparing all of them: 20,000.
    /// </summary>
    public const int DefaultVectorsOfGraph = 20_000;

    /// <summary>The maximum number of graphs of one database: 64. Each graph makes planning a search slower.</summary>
    public const int DefaultMaxGraphs = 64;

    /// <summary>
    /// Builds a graph (HNSW) for each org and model with many vectors, and drops graphs that no longer pay off: those
    /// of orgs with less than half as many vectors, and of models that are not used. Searches are correct without a
    /// graph, but slower in a large org.
    /// </summary>
    /// <param name="vectors">
    /// The number of vectors from which an org gets a graph, at least 1. Default:
    /// <see cref="DefaultVectorsOfGraph"/>.
    /// </param>
    /// <param name="maxGraphs">
    /// The maximum number of graphs, at least 0. Default: <see cref="DefaultMaxGraphs"/>. Further orgs are searched
    /// exactly.
    /// </param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. A graph whose build is canceled is dropped by the next run.
    /// </param>
    /// <returns>What was built and dropped.</returns>
    /// <remarks>
    /// Applications can keep running: graphs are built and dropped concurrently. A build of 100,000 vectors with 384
    /// dimensions takes about 13 seconds on two cores. <see cref="OperationsWorker"/> runs it every hour.
    /// </remarks>
    /// <exception cref="CallIntelException">The connection or a build failed; see the error code.</exception>
    public Task<VectorGraphReport> MaintainVectorGraphsAsync(
        int vectors = DefaultVectorsOfGraph,
        int maxGraphs = DefaultMaxGraphs,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(maxGraphs);
        return new VectorGraphMaintenance(_source).MaintainAsync(vectors, maxGraphs, cancellationToken);
    }
}
