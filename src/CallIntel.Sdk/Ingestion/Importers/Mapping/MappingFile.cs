using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Loads mapping files, and reports errors in mappings and options.</summary>
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
                ?? throw Invalid("The mapping file contains null.", "Write a mapping for the file to import.");
        }
        catch (Exception e) when (RawFile.IsUnreadable(e))
        {
            throw RawFile.Unreadable("The mapping file could not be read.", e);
        }
        catch (JsonException e)
        {
            throw Invalid(
                $"The mapping file is invalid at {e.Path ?? "$"}, line {e.LineNumber + 1}.",
                "Correct it. docs/guides/import.md lists the properties of a mapping.",
                e
            );
        }
    }

    internal static CallIntelException Invalid(string problem, string remedy, Exception? inner = null) =>
        new(ErrorCodes.InvalidMapping, problem, remedy, inner);

    /// <summary>Compiles a regular expression that matches in time linear in the length of the text.</summary>
    internal static Regex Rule(string property, string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw Invalid(
                $"{property} is not a valid regular expression.",
                "Correct it. Lookarounds and backreferences are not supported.",
                e
            );
        }
    }
}
