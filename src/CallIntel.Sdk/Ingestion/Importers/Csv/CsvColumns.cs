using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Csv;

/// <summary>Finds columns by name.</summary>
static class CsvColumns
{
    const int MostNamed = 50;

    /// <summary>
    /// The index of a column: the one with the name, or the only one with the name in another case, or else the only
    /// one with the same letters and digits, for example <c>Start Time</c> for <c>start_time</c>. -1 if there is no
    /// such column, or more than one.
    /// </summary>
    internal static int IndexOf(List<string> names, string name)
    {
        int exact = names.FindIndex(other => other.Trim() == name);
        if (exact >= 0)
            return names.FindIndex(exact + 1, other => other.Trim() == name) < 0 ? exact : -1;
        int similar = names.FindIndex(IsSimilar);
        if (similar >= 0)
            return names.FindIndex(similar + 1, IsSimilar) < 0 ? similar : -1;
        string plain = Plain(name);
        int alike = plain.Length == 0 ? -1 : names.FindIndex(IsAlike);
        return alike >= 0 && names.FindIndex(alike + 1, IsAlike) < 0 ? alike : -1;

        bool IsSimilar(string other) => string.Equals(other.Trim(), name, StringComparison.OrdinalIgnoreCase);

        bool IsAlike(string other) => Plain(other) == plain;
    }

    static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    /// <summary>The error for a mapping that names a column that the file does not have exactly once.</summary>
    internal static CallIntelException Missing(string column, List<string> names) =>
        MappingFile.Invalid(
            $"The mapping names the column \"{column}\", which the file does not have exactly once.",
            names.TrueForAll(LooksLikeName)
                ? $"Name one of these columns: {string.Join(", ", names.Take(MostNamed))}"
                    + (names.Count > MostNamed ? ", ..." : ".")
                : "The first line of the file does not contain column names. Set columns in the mapping, and check "
                    + "delimiter and quoting."
        );

    /// <summary>Whether a text can be shown: a first line without names contains personal data.</summary>
    static bool LooksLikeName(string text) =>
        text.Length <= 64 && text.Count(char.IsDigit) <= 3 && !text.AsSpan().ContainsAny("@\r\n");
}
