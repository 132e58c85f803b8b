namespace CallIntel.Sdk.Embeddings;

/// <summary>How much of an org's content a model has embedded.</summary>
/// <param name="Model">The number of the model.</param>
/// <param name="Events">The events that were embedded, including those without text.</param>
/// <param name="Vectors">The vectors of these events.</param>
public sealed record EmbeddingCount(int Model, long Events, long Vectors);
