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
    readonly Dictionary<(string Type, int Dialog), List<Lazy<string?>>> _found = [];

    internal VConAnalyses(JsonElement vcon)
    {
        int dialogs = vcon.List("dialog").Count();
        foreach (JsonElement analysis in vcon.List("analysis"))
        {
            if (
                analysis.Text("type") is not ("transcript" or "wtf_transcription" or "summary")
                || analysis.Text("type") is not { } type
            )
                continue;
            Lazy<string?> words = new(() => JsonText.Read(analysis), LazyThreadSafetyMode.None);
            foreach (int dialog in DialogsOf(analysis).Where(dialog => dialog >= 0 && dialog < dialogs).Distinct())
            {
                if (!_found.TryGetValue((type, dialog), out List<Lazy<string?>>? of))
                    _found.Add((type, dialog), of = []);
                of.Add(words);
            }
        }
    }

    /// <summary>The text of the first analysis of a type that names the dialog and has a text.</summary>
    internal string? Find(string type, int dialog) =>
        _found.TryGetValue((type, dialog), out List<Lazy<string?>>? of)
            ? of.Select(words => words.Value).FirstOrDefault(text => !string.IsNullOrEmpty(text))
            : null;

    /// <summary>The dialogs that an analysis belongs to: the ones it names, or the first one.</summary>
    static IEnumerable<int> DialogsOf(JsonElement analysis) =>
        analysis.Find("dialog") switch
        {
            { ValueKind: JsonValueKind.Array } several => several.EnumerateArray().Select(IndexOf),
            { ValueKind: JsonValueKind.Number } one => [IndexOf(one)],
            _ => [0],
        };

    static int IndexOf(JsonElement element) =>
        element.ValueKind is JsonValueKind.Number && element.TryGetInt32(out int index) ? index : -1;
}
