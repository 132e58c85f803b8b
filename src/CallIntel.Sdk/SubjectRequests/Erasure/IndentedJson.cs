using System.Text.Json;
using System.Text.Json.Serialization;

namespace CallIntel.Sdk.SubjectRequests;

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(JsonElement))]
sealed partial class IndentedJson : JsonSerializerContext;
