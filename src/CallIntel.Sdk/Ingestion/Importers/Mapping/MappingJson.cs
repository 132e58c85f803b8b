using System.Text.Json;
using System.Text.Json.Serialization;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Deserializes mapping files without reflection. An unknown property is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(CsvMapping))]
[JsonSerializable(typeof(CsvPresetFile))]
[JsonSerializable(typeof(JsonMapping))]
sealed partial class MappingJson : JsonSerializerContext;
