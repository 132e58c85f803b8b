using System.Text.Json;
using System.Text.Json.Serialization;

namespace CallIntel.Sdk.Tenancy;

/// <summary>Writes an id as the text of its uuid, as a value and as the name of a property.</summary>
/// <param name="create">Creates an id from a uuid.</param>
/// <param name="valueOf">Returns the uuid of an id.</param>
abstract class IdJsonConverter<T>(Func<Guid, T> create, Func<T, Guid> valueOf) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        create(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(valueOf(value));

    public override T ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) =>
        Guid.TryParseExact(reader.GetString(), "D", out Guid value)
            ? create(value)
            : throw new JsonException("The name of the property is not a uuid.");

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(valueOf(value).ToString());
}
