using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Questions;

/// <summary>The JSON schema of what a model returns. It comes from the types that read the reply.</summary>
static class PlanSchema
{
    internal static JsonElement Element { get; } = Create();

    static JsonElement Create()
    {
        JsonNode schema = PlanJsonContext.Default.ModelDocument.GetJsonSchemaAsNode(
            new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = WithNames }
        );
        using JsonDocument document = JsonDocument.Parse(schema.ToJsonString());
        return document.RootElement.Clone();
    }

    /// <summary>The exporter does not know the names that a converter reads.</summary>
    static JsonNode WithNames(JsonSchemaExporterContext context, JsonNode schema)
    {
        Type type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        IEnumerable<string>? names =
            type == typeof(QuestionMetric) ? PlanNames<QuestionMetric>.All
            : type == typeof(QuestionDimension) ? PlanNames<QuestionDimension>.All
            : type == typeof(QuestionGrain) ? PlanNames<QuestionGrain>.All
            : type == typeof(QuestionChannel) ? PlanNames<QuestionChannel>.All
            : type == typeof(QuestionContacts) ? PlanNames<QuestionContacts>.All
            : type == typeof(QuestionOrder) ? PlanNames<QuestionOrder>.All
            : type == typeof(EventDirection) ? PlanNames<EventDirection>.All
            : type == typeof(EventOutcome) ? PlanNames<EventOutcome>.All
            : type == typeof(DayOfWeek) ? PlanNames<DayOfWeek>.All
            : type == typeof(ModelRefusal) ? PlanNames<ModelRefusal>.All
            : null;
        if (names is null)
            return schema;
        JsonArray values = [.. names.Select(name => (JsonNode)JsonValue.Create(name))];
        if (type != context.TypeInfo.Type)
            values.Add(null);
        return new JsonObject { ["enum"] = values };
    }
}
