namespace CallIntel.Sdk.Embeddings.Onnx;

/// <summary>How a model makes one vector from those of its tokens.</summary>
public enum OnnxPooling
{
    /// <summary>The mean of the tokens.</summary>
    Mean = 0,

    /// <summary>The vector of the first token, [CLS].</summary>
    Cls = 1,
}
