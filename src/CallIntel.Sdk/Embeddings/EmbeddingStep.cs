using System.Text.Json;
using System.Text.Json.Serialization;

namespace CallIntel.Sdk.Embeddings;

/// <summary>The payload of the job <c>embed_events</c>: where the next step goes on.</summary>
/// <param name="All">Whether the job passes over all events once, instead of following new ones.</param>
/// <param name="Model">The model that the last step used.</param>
/// <param name="Before">The last event of the last step. Steps go from the newest event to the oldest.</param>
sealed record EmbeddingStep(bool All, int? Model, Guid? Before)
{
    internal static EmbeddingStep Read(string payload) =>
        JsonSerializer.Deserialize(payload, EmbeddingStepContext.Default.EmbeddingStep)!;

    /// <summary>Returns the payload.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, EmbeddingStepContext.Default.EmbeddingStep);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EmbeddingStep))]
sealed partial class EmbeddingStepContext : JsonSerializerContext;
