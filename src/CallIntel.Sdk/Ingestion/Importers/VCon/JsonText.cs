using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>Reads bodies of vCons: text, JSON or bytes, depending on the encoding.</summary>
static class JsonText
{
    internal static byte[]? TryDecodeBase64Url(string text)
    {
        try
        {
            return System.Buffers.Text.Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The text of a body. For JSON, the text of the properties that usually contain it.</summary>
    internal static string? Read(JsonElement holder)
    {
        JsonElement body = holder.Find("body");
        if (body.ValueKind is not JsonValueKind.String)
            return Words(body);
        string text = body.GetString()!;
        switch (holder.Text("encoding"))
        {
            case "base64url":
                return TryDecodeBase64Url(text) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
            case "json":
                using (JsonDocument? document = JsonLine.TryParse(Encoding.UTF8.GetBytes(text)))
                    return document is null ? text : Words(document.RootElement);
            default:
                return text;
        }
    }

    /// <summary>
    /// The text in a JSON value. The structure of transcripts differs between vendors; this reads the common ones.
    /// </summary>
    static string? Words(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Array:
                string[] turns = [.. value.EnumerateArray().Select(Turn).OfType<string>()];
                return turns.Length == 0 ? null : string.Join('\n', turns);
            case JsonValueKind.Object:
                foreach (
                    string name in (string[])
                        ["transcript", "text", "content", "summary", "segments", "utterances", "paragraphs"]
                )
                    if (
                        value.Find(name)
                            is { ValueKind: JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object } inner
                        && Words(inner) is { Length: > 0 } words
                    )
                        return words;
                return null;
            default:
                return null;
        }
    }

    static string? Turn(JsonElement turn)
    {
        string? words = Words(turn),
            speaker = turn.Text("speaker") ?? turn.Text("party");
        return words is null || speaker is null ? words : $"{speaker}: {words}";
    }
}
