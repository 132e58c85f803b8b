using System.Text;
using System.Text.Json;
using System.Text.Unicode;
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

    /// <summary>
    /// The text of a body. For JSON, the words of the vendor's transcript, or the JSON itself if its structure is not
    /// known. Null if there is no body, or no words in it.
    /// </summary>
    internal static string? Read(JsonElement holder)
    {
        JsonElement body = holder.Find("body");
        switch (body.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return null;
            case not JsonValueKind.String:
                return TranscriptText.Read(body);
        }
        string text = body.GetString()!;
        bool isJson = holder.Text("encoding") is "json";
        if (holder.Text("encoding") is "base64url")
        {
            if (TryDecodeBase64Url(text) is not { } bytes || !Utf8.IsValid(bytes))
                return text; // what the body contains is not known, so it is kept as it is
            text = Encoding.UTF8.GetString(bytes);
            isJson = (holder.Text("mediatype") ?? holder.Text("mimetype"))?.Contains(
                "json",
                StringComparison.OrdinalIgnoreCase
            ) ?? false;
        }
        if (!isJson)
            return text;
        using JsonDocument? document = JsonLine.TryParse(Encoding.UTF8.GetBytes(text));
        return document is null ? text : TranscriptText.Read(document.RootElement);
    }
}
