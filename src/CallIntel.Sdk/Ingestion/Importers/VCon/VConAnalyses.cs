using System.Globalization;
using System.Text.Json;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>The texts of the analyses of a vCon, by the dialogs that they belong to.</summary>
/// <remarks>
/// The analyses are read once, regardless of the number of dialogs. The text of an analysis is decoded when it is first
/// requested.
/// </remarks>
sealed class VConAnalyses
{
    readonly Dictionary<(bool IsSummary, int Dialog), List<(string Type, Lazy<string?> Words)>> _found = [];
    readonly List<(JsonElement Analysis, int Index)> _lost = [];

    /// <param name="vcon">The vCon.</param>
    /// <param name="events">The indexes of the dialogs that are events, in order.</param>
    internal VConAnalyses(JsonElement vcon, IReadOnlyList<int> events)
    {
        int index = 0;
        foreach (JsonElement analysis in vcon.List("analysis"))
        {
            int at = index++;
            if (analysis.Text("type") is not { } type || IsSummary(type) is not { } isSummary)
                continue;
            Lazy<string?> words = new(() => JsonText.Read(analysis), LazyThreadSafetyMode.None);
            bool belongs = false;
            foreach (int dialog in DialogsOf(analysis, events).Where(events.Contains).Distinct())
            {
                belongs = true;
                if (!_found.TryGetValue((isSummary, dialog), out List<(string Type, Lazy<string?> Words)>? of))
                    _found.Add((isSummary, dialog), of = []);
                of.Add((type, words));
            }
            if (!belongs)
                _lost.Add((analysis, at));
        }
    }

    /// <summary>Analyses with a text that name only dialogs that the vCon does not have as events.</summary>
    internal IEnumerable<(JsonElement Analysis, int Index)> Lost =>
        _lost.Where(lost =>
            lost.Analysis.Find("body").ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)
        );

    internal string? Transcript(int dialog) => Find(false, dialog);

    internal string? Summary(int dialog) => Find(true, dialog);

    /// <summary>
    /// The texts of the analyses of a kind that belong to the dialog. Analyses of another type repeat them in another
    /// form: those of the type that the draft names are preferred.
    /// </summary>
    string? Find(bool isSummary, int dialog)
    {
        if (!_found.TryGetValue((isSummary, dialog), out List<(string Type, Lazy<string?> Words)>? of))
            return null;
        string[] texts =
        [
            .. of.Where(analysis => !string.IsNullOrEmpty(analysis.Words.Value))
                .GroupBy(analysis => analysis.Type)
                .OrderBy(type => type.Key is "transcript" or "summary" ? 0 : 1)
                .Take(1)
                .SelectMany(type => type)
                .Select(analysis => analysis.Words.Value!)
                .Distinct(),
        ];
        return texts.Length == 0 ? null : string.Join('\n', texts);
    }

    /// <summary>Whether the words of an analysis are a summary. Null if the analysis has no words.</summary>
    static bool? IsSummary(string type) =>
        type.Contains("transcri", StringComparison.OrdinalIgnoreCase) ? false
        : type.Contains("summar", StringComparison.OrdinalIgnoreCase) ? true
        : null;

    /// <summary>
    /// The dialogs that an analysis belongs to: the ones it names, or the first one if it names none.
    /// </summary>
    static IEnumerable<int> DialogsOf(JsonElement analysis, IReadOnlyList<int> events) =>
        analysis.Find("dialog") switch
        {
            { ValueKind: JsonValueKind.Array } several when several.GetArrayLength() > 0 => several
                .EnumerateArray()
                .Select(IndexOf),
            { ValueKind: JsonValueKind.Number } one => [IndexOf(one)],
            { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 } => [IndexOf(text)],
            _ => events.Take(1),
        };

    static int IndexOf(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Number when element.TryGetInt32(out int index) => index,
            JsonValueKind.String
                when int.TryParse(
                    element.GetString(),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out int index
                ) => index,
            _ => -1,
        };
}
