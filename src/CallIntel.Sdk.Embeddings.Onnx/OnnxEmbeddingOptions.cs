namespace CallIntel.Sdk.Embeddings.Onnx;

/// <summary>Configures how a model runs.</summary>
public sealed record OnnxEmbeddingOptions
{
    /// <summary>How many threads compute one batch.</summary>
    /// <value>The default value is 1: several calls run side by side. 0 uses all processors. Allowed: 0 to 256.</value>
    public int Threads { get; init; } = 1;

    /// <summary>How many texts the model computes at once. More need more memory and are hardly faster.</summary>
    /// <value>The default value is 32. Allowed: 1 to 1,024.</value>
    public int BatchSize { get; init; } = 32;
}
