using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.JsonLines;

/// <summary>Finds fields as properties of a JSON object.</summary>
sealed class JsonFormat(JsonMapping mapping, List<string> wanted) : RecordFormat
{
    readonly string[][] _paths = [.. wanted.Select(field => field.Split('.'))];
    readonly int _turns = wanted.IndexOf(RecordMapper.TurnsField);
    readonly string[] _turnsPath = mapping.Turns?.Field?.Split('.') ?? [];

    /// <summary>
    /// Reads one object per line, or the objects of a document. A list of objects belongs to a page if its objects, but
    /// not the page itself, contain the time or, without a time, another field of the mapping.
    /// </summary>
    internal override RecordSource Open(RecordFile file)
    {
        if (mapping.Records is { } list)
            return JsonLayout.Find(file, [list]).Open(file.Content);
        string[] names = mapping.Time?.Field is { } time ? [time.Split('.')[0]] : [.. _paths.Select(path => path[0])];
        return JsonLayout.Find(file, properties => names.Any(properties.Contains)).Open(file.Content);
    }

    static readonly ReadFault NotAnObject = new(RejectReason.Malformed, "expected a JSON object");

    internal override ReadFault? Read(string text, Span<string?> values)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                return NotAnObject;
            for (int i = 0; i < _paths.Length; i++)
                values[i] = i == _turns ? Turns(document.RootElement) : Text(Find(document.RootElement, _paths[i]));
            return null;
        }
        catch (JsonException)
        {
            return NotAnObject;
        }
        catch (InvalidOperationException)
        {
            // an escaped half of a surrogate pair
            return new ReadFault(RejectReason.WrongEncoding, "a string contains half of a surrogate pair");
        }
    }

    string? Turns(JsonElement record)
    {
        if (Find(record, _turnsPath) is not { ValueKind: JsonValueKind.Array } turns)
            return null;
        StringBuilder transcript = new();
        foreach (JsonElement turn in turns.EnumerateArray())
        {
            if (transcript.Length > 0)
                transcript.Append('\n');
            if (mapping.Turns!.Speaker is { } speaker && Text(Find(turn, [speaker])) is { } name)
                transcript.Append(name).Append(": ");
            transcript.Append(Text(Find(turn, [mapping.Turns.Text])));
        }
        return transcript.Length == 0 ? null : transcript.ToString();
    }

    static JsonElement? Find(JsonElement element, ReadOnlySpan<string> path)
    {
        foreach (string name in path)
            if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        return element;
    }

    static string? Text(JsonElement? element) =>
        element switch
        {
            null or { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { } other => other.JoinedTexts() ?? other.GetRawText(),
        };
}
