namespace CallIntel.Sdk.Embeddings;

/// <summary>What happens with the embeddings of a model.</summary>
public enum EmbeddingModelState
{
    /// <summary>
    /// They are being computed. Search uses the model meanwhile only if there is no <see cref="Active"/> one.
    /// </summary>
    Building = 0,

    /// <summary>All content is embedded, and search uses the model.</summary>
    Active = 1,

    /// <summary>The model was replaced or turned off, and its embeddings are being deleted.</summary>
    Retired = 2,
}
