using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Reads mapping files.</summary>
static class MappingFile
{
    internal static T Load<T>(string path, JsonTypeInfo<T> type)
        where T : RecordMapping
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, type)
                ?? throw Invalid("The mapping file holds null.", "Describe the file to import in it.");
        }
        catch (Exception e) when (ImportSource.IsUnreadable(e))
        {
            throw ImportSource.Unreadable("The mapping file cannot be read.", e);
        }
        catch (JsonException e)
        {
            throw Invalid(
                $"The mapping file is no mapping: something is wrong at {e.Path ?? "$"}, line {e.LineNumber + 1}.",
                "Correct it; docs/guides/import.md lists the properties.",
                e
            );
        }
    }

    internal static CallIntelException Invalid(string problem, string remedy, Exception? inner = null) =>
        new(ErrorCodes.InvalidMapping, problem, remedy, inner);

    /// <summary>Linear in the length of what it looks at, whatever the rule.</summary>
    internal static Regex Rule(string property, string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw Invalid(
                $"{property} is no regular expression.",
                "Correct it; lookarounds and backreferences are not available.",
                e
            );
        }
    }
}
