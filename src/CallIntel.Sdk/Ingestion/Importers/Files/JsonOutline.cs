using System.Text.Json;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>The structure of the first value in the beginning of a JSON file.</summary>
sealed class JsonOutline
{
    const int MaxListDepth = 4;

    /// <summary>Whether the value is not valid JSON, as far as it is in the beginning.</summary>
    internal bool IsInvalid { get; private set; }

    /// <summary>The number of bytes of the value that are in the beginning.</summary>
    internal int Length { get; private set; }

    /// <summary>Whether the value is an array whose first element is an object.</summary>
    internal bool HasObjects { get; private set; }

    /// <summary>The properties of the value, or of the objects in it if it is an array.</summary>
    internal HashSet<string> Properties { get; } = [];

    /// <summary>
    /// The lists of objects in the value, by path, with the properties of the first object of each list.
    /// </summary>
    internal Dictionary<string, IReadOnlySet<string>> Lists { get; } = [];

    /// <param name="bytes">The bytes from the beginning of the value.</param>
    internal static JsonOutline Read(ReadOnlySpan<byte> bytes)
    {
        JsonOutline outline = new();
        try
        {
            // a value without its end is not invalid: a page can be larger than the beginning, or truncated
            outline.Read(
                new Utf8JsonReader(
                    bytes,
                    isFinalBlock: false,
                    new JsonReaderState(new() { AllowMultipleValues = true })
                ),
                bytes.Length
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            outline.IsInvalid = true; // an InvalidOperationException: a name that is not valid text
        }
        return outline;
    }

    void Read(Utf8JsonReader reader, int available)
    {
        List<(JsonTokenType Kind, string Name)> open = []; // the enclosing containers, and the properties they are in
        HashSet<string>? element = null;
        string name = "";
        int elementDepth = -1;
        Length = available;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    if (open.Count == 1 + FirstOf(open))
                        Properties.Add(name);
                    if (open.Count == elementDepth)
                        element!.Add(name);
                    continue;
                case JsonTokenType.StartObject:
                    if (open is [(JsonTokenType.StartArray, _)])
                        HasObjects = true;
                    if (element is null && IsList(open))
                    {
                        string list = string.Join(
                            '.',
                            open.Skip(1 + FirstOf(open)).Select(container => container.Name)
                        );
                        if (!Lists.ContainsKey(list))
                            (Lists[list], elementDepth) = (element = [], open.Count + 1);
                    }
                    open.Add((reader.TokenType, name));
                    break;
                case JsonTokenType.StartArray:
                    open.Add((reader.TokenType, name));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    if (open.Count == elementDepth)
                        (element, elementDepth) = (null, -1);
                    open.RemoveAt(open.Count - 1);
                    break;
            }
            name = "";
            if (open.Count > 0)
                continue;
            Length = (int)reader.BytesConsumed;
            return;
        }
    }

    /// <summary>The index of the outermost object. It can be an element of an array of pages.</summary>
    static int FirstOf(List<(JsonTokenType Kind, string Name)> open) =>
        open is [(JsonTokenType.StartArray, _), ..] ? 1 : 0;

    /// <summary>Whether the innermost container is an array in properties of the outermost object.</summary>
    static bool IsList(List<(JsonTokenType Kind, string Name)> open)
    {
        int first = FirstOf(open);
        return open.Count - first is > 1 and <= MaxListDepth + 1
            && open[^1].Kind is JsonTokenType.StartArray
            && open.Skip(first).SkipLast(1).All(container => container.Kind is JsonTokenType.StartObject);
    }
}
