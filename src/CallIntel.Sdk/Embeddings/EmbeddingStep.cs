using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CallIntel.Sdk.Embeddings;

/// <summary>The payload of the job <c>embed_events</c>: where the next step goes on.</summary>
/// <param name="All">Whether the job passes over all events once, instead of following new ones.</param>
/// <param name="Model">The model that the last step used.</param>
/// <param name="Before">The last event of the last step. Steps go from the newest event to the oldest.</param>
/// <param name="Seen">How many passes had been asked for when this one began.</param>
sealed record EmbeddingStep(bool All, int? Model, Guid? Before, int? Seen)
{
    internal static EmbeddingStep Read(string payload)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        JsonElement root = document.RootElement;
        return new EmbeddingStep(
            root.TryGetProperty("all", out JsonElement all) && all.GetBoolean(),
            root.TryGetProperty("model", out JsonElement model) ? model.GetInt32() : null,
            root.TryGetProperty("before", out JsonElement before) ? before.GetGuid() : null,
            root.TryGetProperty("seen", out JsonElement seen) ? seen.GetInt32() : null
        );
    }

    /// <summary>Returns the payload.</summary>
    public override string ToString()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            if (All)
                json.WriteBoolean("all", true);
            if (Model is { } model)
                json.WriteNumber("model", model);
            if (Before is { } before)
                json.WriteString("before", before);
            if (Seen is { } seen)
                json.WriteNumber("seen", seen);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
