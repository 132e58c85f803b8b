using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Csv;

/// <summary>Finds columns by name.</summary>
static class CsvColumns
{
    const int MostNamed = 50;

    /// <summary>
    /// The index of a column: the one with the name, or the only one with the name in another case, or else the only
    /// one with the same letters and digits, for example <c>Start Time</c> for <c>start_time</c>. -1 if there is no
    /// such column, or more than one. <c>Number#2</c> is the second one of the columns that are named <c>Number</c>.
    /// </summary>
    internal static int IndexOf(List<string> names, string name)
    {
        if (name is [.., '#', >= '1' and <= '9'] && !names.Exists(other => other.Trim() == name))
            return IndexOf(names, name[..^2], name[^1] - '0');
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

    /// <summary>The index of one of several columns with a name, counted from 1; -1 if there are not so many.</summary>
    static int IndexOf(List<string> names, string name, int number)
    {
        int index = -1;
        while (number-- > 0)
            if (
                (
                    index = names.FindIndex(index + 1, other =>
                        string.Equals(other.Trim(), name, StringComparison.OrdinalIgnoreCase)
                    )
                ) < 0
            )
                break;
        return index;
    }

    static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    /// <summary>The error for a mapping that names a column that the file does not have exactly once.</summary>
    internal static CallIntelException Missing(string column, List<string> names) =>
        IndexOf(names, column, 2) >= 0
            ? MappingFile.Invalid(
                $"The mapping names the column \"{column}\", and the file has several columns of this name.",
                $"Name one of them by its number: \"{column}#1\" is the first one, and \"{column}#2\" the second one."
            )
            : MappingFile.Invalid(
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
