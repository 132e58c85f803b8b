using System.Text.Json;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The properties of the first records of a JSON file, as the columns of a table.</summary>
static class JsonSample
{
    const int MostSamples = 30,
        MostColumns = 200,
        MostDepth = 4;

    /// <summary>
    /// Reads the records in the beginning of a file. Returns null if there is none. The list is the path of the list
    /// that contains the records; null if they are objects by themselves.
    /// </summary>
    internal static async Task<(SampleTable Table, string? List)?> ReadAsync(
        RecordFile file,
        CancellationToken cancellationToken
    )
    {
        JsonOutline outline = JsonOutline.Read(file.Beginning.Span.TrimStart(" \t\r\n"u8));
        string? list = IsRecord(outline.Properties.Where(property => !outline.Lists.ContainsKey(property)))
            ? null
            : outline
                .Lists.Where(pair => IsRecord(pair.Value))
                .OrderByDescending(pair => pair.Value.Count)
                .Select(pair => pair.Key)
                .FirstOrDefault();
        using MemoryStream bytes = new(file.Beginning.ToArray());
        await using RecordFile beginning = await RecordFile
            .OpenAsync(bytes, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        List<string> names = [];
        List<Dictionary<string, string>> records = [];
        await foreach (
            JsonRecord record in JsonRecord
                .ReadAsync(beginning, list is null ? [] : [list], cancellationToken)
                .ConfigureAwait(false)
        )
        {
            if (record.Reason is not null)
                continue; // the beginning can end within a record
            Dictionary<string, string> values = [];
            Take(record.Object, "", 1, names, values);
            records.Add(values);
            if (records.Count == MostSamples)
                break;
        }
        return names.Count < 2
            ? null
            : (
                new SampleTable(
                    names,
                    [.. records.Select(values => names.ConvertAll(name => values.GetValueOrDefault(name, "")))]
                ),
                list
            );
    }

    /// <summary>Whether an object with these properties has a time, and is not a page of records.</summary>
    static bool IsRecord(IEnumerable<string> properties) =>
        properties.Any(property =>
            Array.Exists([.. ColumnNames.Time, .. ColumnNames.Date], name => SampleTable.IsNamed(property, name))
        );

    static void Take(JsonElement element, string path, int depth, List<string> names, Dictionary<string, string> values)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name.Contains('.', StringComparison.Ordinal))
                continue; // a mapping cannot name it
            string name = $"{path}{property.Name}";
            if (property.Value.ValueKind is JsonValueKind.Object && depth < MostDepth)
                Take(property.Value, $"{name}.", depth + 1, names, values);
            string? joined = property.Value.JoinedTexts();
            if (joined is null && property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                continue;
            // a property without a value can be an object in other records
            if (
                property.Value.ValueKind is not JsonValueKind.Null
                && !names.Contains(name)
                && names.Count < MostColumns
            )
                names.Add(name);
            values[name] = property.Value.ValueKind is JsonValueKind.Null ? "" : joined ?? property.Value.ToString();
        }
    }
}
