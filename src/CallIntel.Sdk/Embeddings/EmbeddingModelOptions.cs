using Microsoft.Extensions.AI;

namespace CallIntel.Sdk.Embeddings;

/// <summary>A model that this process can run. An org uses it after an owner has turned it on by its name.</summary>
/// <param name="name">
/// The name, 1 to 100 characters. Vectors of models with different names are never compared, so change the name when
/// the model or its version changes.
/// </param>
/// <param name="dimensions">The number of dimensions of its vectors, 1 to 4,000.</param>
/// <param name="generator">
/// Computes the vectors. It must be thread-safe. The caller disposes it after the data source.
/// </param>
public sealed class EmbeddingModelOptions(
    string name,
    int dimensions,
    IEmbeddingGenerator<string, Embedding<float>> generator
)
{
    /// <summary>The name of the model.</summary>
    public string Name { get; } = name;

    /// <summary>The number of dimensions of its vectors.</summary>
    public int Dimensions { get; } = dimensions;

    /// <summary>Computes the vectors.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Generator { get; } = generator;

    /// <summary>
    /// The text to put before each query, for models that embed queries and documents differently.
    /// </summary>
    /// <value>The default value is empty.</value>
    public string QueryPrefix { get; set; } = "";

    /// <summary>
    /// Whether vectors are rotated by a secret rotation of each org before they are stored, so that a stolen table is
    /// useless to methods that were made for the model. Searches find the same. Such a model needs a <see cref="Name"/>
    /// that ends with <c>+rotated</c>, because its vectors cannot be compared with those of the model itself, and has
    /// at most 2,048 dimensions.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    /// <remarks>
    /// The rotation is derived from a key of the org. Whoever knows as many texts with their rotated vectors as there
    /// are dimensions can compute it; see <c>docs/threat-model.md</c>.
    /// </remarks>
    public bool RotatesPerOrg { get; set; }

    /// <summary>What the names of rotated models end with, and no others.</summary>
    internal const string RotatedSuffix = "+rotated";
}
