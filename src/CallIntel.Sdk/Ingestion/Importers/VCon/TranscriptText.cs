using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>Finds the words in a transcript or summary as vendors structure it.</summary>
/// <remarks>
/// Reads the structures of Deepgram, OpenAI, Amazon Transcribe, Google, AssemblyAI, Azure, Rev, Speechmatics and
/// others, which have in common that a few names lead to the words. The formats are documented by the vendors, for
/// example https://developers.deepgram.com/reference/pre-recorded and
/// https://docs.aws.amazon.com/transcribe/latest/dg/how-input.html#how-output.
/// </remarks>
static class TranscriptText
{
    /// <summary>
    /// The names of properties that lead to words, without case and underscores, in the order in which they are tried.
    /// </summary>
    static readonly string[] Names =
    [
        "transcript",
        "transcripts",
        "text",
        "fulltranscript",
        "content",
        "utterance",
        "sentence",
        "value",
        "display",
        "displaytext",
        "lexical",
        "channels",
        "alternatives",
        "nbest",
        "transcription",
        "summary",
        "segments",
        "utterances",
        "paragraphs",
        "sentences",
        "monologues",
        "elements",
        "turns",
        "messages",
        "message",
        "combinedrecognizedphrases",
        "combinedphrases",
        "recognizedphrases",
        "phrases",
        "results",
        "result",
        "transcriptions",
        "output",
        "data",
        "response",
    ];

    /// <summary>Names of properties that can also be a state, such as <c>"result": "success"</c>.</summary>
    static readonly HashSet<string> Containers = ["result", "results", "output", "data", "response"];

    /// <summary>
    /// The words of a transcript, with the speakers of turns if they are named. If the structure is not known, the JSON
    /// itself: nothing is dropped. Null if the transcript is empty.
    /// </summary>
    internal static string? Read(JsonElement transcript) =>
        transcript.ValueKind is JsonValueKind.Null ? null
        : Words(transcript) is { } words ? (words.Length == 0 ? null : words)
        : IsEmpty(transcript) ? null
        : transcript.GetRawText();

    /// <returns>The words; empty if a known property has none; null if the structure is not known.</returns>
    static string? Words(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Array:
                return WordsOfList(value);
            case JsonValueKind.Object:
                string? found = null;
                foreach (JsonElement inner in Candidates(value))
                    if ((found = Words(inner) ?? found) is { Length: > 0 })
                        return found;
                return found;
            default:
                return null;
        }
    }

    static string? WordsOfList(JsonElement list)
    {
        List<string> turns = [];
        bool known = list.GetArrayLength() == 0;
        StringBuilder single = new(); // words that are elements of their own
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (Turn(element) is not { } turn)
                continue;
            known = true;
            if (IsWord(element))
                Append(single, turn, element);
            else if (turn.Length > 0)
                turns.Add(turn);
        }
        if (single.Length > 0)
            turns.Add(single.ToString().Trim());
        return known ? string.Join('\n', turns) : null;
    }

    /// <summary>The properties that can lead to words, in the order of <see cref="Names"/>.</summary>
    static IEnumerable<JsonElement> Candidates(JsonElement value)
    {
        List<(int Rank, JsonElement Value)> found = [];
        foreach (JsonProperty property in value.EnumerateObject())
        {
            string name = property.Name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
            int rank = Array.IndexOf(Names, name);
            if (
                rank < 0
                || property.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object)
                || (property.Value.ValueKind is JsonValueKind.String && Containers.Contains(name))
            )
                continue;
            // alternatives are guesses at the same words, the best one first
            JsonElement inner = property.Value;
            if (name is "alternatives" or "nbest" && inner.ValueKind is JsonValueKind.Array)
                inner = inner.EnumerateArray().FirstOrDefault();
            if (inner.ValueKind is not JsonValueKind.Undefined)
                found.Add((rank, inner));
        }
        return found.OrderBy(candidate => candidate.Rank).Select(candidate => candidate.Value);
    }

    static string? Turn(JsonElement turn)
    {
        string? words = Words(turn),
            speaker =
                turn.Text("speaker")
                ?? turn.Text("party")
                ?? turn.Text("speaker_label")
                ?? turn.Text("participantId")
                ?? turn.Text("ParticipantId");
        return string.IsNullOrEmpty(words) || speaker is null || IsWord(turn) ? words : $"{speaker}: {words}";
    }

    /// <summary>
    /// Whether an element of a list is one word or punctuation mark, as Rev and Speechmatics write it.
    /// </summary>
    static bool IsWord(JsonElement element) =>
        element.Text("type") is "word" or "punctuation" or "text" or "punct" or "pronunciation"
        && !element.TryGetProperty("segments", out _);

    static void Append(StringBuilder words, string word, JsonElement element)
    {
        // Rev has elements for the spaces, too
        bool joined =
            element.Text("type") is "punctuation" or "punct" || element.Find("value").ValueKind is JsonValueKind.String;
        if (words.Length > 0 && !joined)
            words.Append(' ');
        words.Append(word);
    }

    static bool IsEmpty(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined
        || (value.ValueKind is JsonValueKind.Object && !value.EnumerateObject().Any())
        || (value.ValueKind is JsonValueKind.Array && value.GetArrayLength() == 0);
}
