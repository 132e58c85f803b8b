using CallIntel.Sdk.Embeddings;

namespace CallIntel.Sdk.Search;

/// <summary>How the database found the nearest vectors.</summary>
enum VectorPath
{
    /// <summary>It compared all vectors that pass the filters.</summary>
    Exact = 1,

    /// <summary>It followed the graph of the org, which misses a few.</summary>
    Graph = 2,

    /// <summary>The graph did not find enough vectors that pass the filters, so all of them were compared.</summary>
    ExactAfterGraph = 3,
}

/// <summary>An event whose content is near to a query.</summary>
/// <param name="Event">The event.</param>
/// <param name="Chunk">The number of its best chunk in <see cref="ContentChunks.Split"/>.</param>
/// <param name="Distance">The cosine distance of the chunk: 0 the same direction, 1 unrelated, at most 2.</param>
readonly record struct VectorMatch(Guid Event, short Chunk, float Distance);

/// <summary>The nearest events, the nearest first.</summary>
/// <param name="Matches">As many as were asked for, or all that the member may read and that pass the filters.</param>
/// <param name="Path">How they were found. <see cref="VectorPath.Exact"/> if there are none.</param>
/// <param name="Model">The model.</param>
sealed record VectorAnswer(IReadOnlyList<VectorMatch> Matches, VectorPath Path, EmbeddingModel Model)
{
    /// <summary>Whether all content is embedded, up to what arrived in the last minutes.</summary>
    internal bool IsComplete => Model.State == EmbeddingModelState.Active;
}
