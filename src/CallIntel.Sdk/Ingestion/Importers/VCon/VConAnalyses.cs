using System.Text.Json;

namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>What the analyses of a vCon say of its dialogs.</summary>
/// <remarks>Gone through once, however many dialogs there are. The words of one are read when they are asked for, and once.</remarks>
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

    /// <summary>The words of the first analysis of that kind which names the dialog and has some.</summary>
    internal string? Find(string type, int dialog) =>
        _found.TryGetValue((type, dialog), out List<Lazy<string?>>? of)
            ? of.Select(words => words.Value).FirstOrDefault(text => !string.IsNullOrEmpty(text))
            : null;

    /// <summary>One that names no dialog is of the first.</summary>
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
