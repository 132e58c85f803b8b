using System.Text.RegularExpressions;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>Reads parties, attachments and notices from the text of a message.</summary>
static partial class ChatText
{
    const string UnknownType = "application/octet-stream";

    static readonly Dictionary<string, string> MediaTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["jpg"] = "image/jpeg",
        ["jpeg"] = "image/jpeg",
        ["png"] = "image/png",
        ["gif"] = "image/gif",
        ["webp"] = "image/webp",
        ["heic"] = "image/heic",
        ["mp4"] = "video/mp4",
        ["mov"] = "video/quicktime",
        ["3gp"] = "video/3gpp",
        ["opus"] = "audio/ogg",
        ["ogg"] = "audio/ogg",
        ["m4a"] = "audio/mp4",
        ["mp3"] = "audio/mpeg",
        ["aac"] = "audio/aac",
        ["pdf"] = "application/pdf",
        ["vcf"] = "text/vcard",
        ["txt"] = "text/plain",
    };

    /// <summary>The party with a name or number. Names are ids; they never become a number.</summary>
    internal static ProviderParty PartyOf(string sender) =>
        sender.All(c => char.IsAsciiDigit(c) || "+-() .\u00A0\u2011".Contains(c, StringComparison.Ordinal))
            ? ProviderParty.Read(sender.Replace('\u00A0', ' ').Replace('\u2011', '-'))
            : new ProviderParty(sender, PartyKind.OpaqueId);

    /// <summary>Whether the text is a notice that WhatsApp writes in the name of a person or group.</summary>
    internal static bool IsNotice(string text) => text.StartsWith('\u200E') && Notice().IsMatch(text);

    /// <summary>
    /// Whether a text is one that WhatsApp wrote in the place of an attachment, or a notice. It begins with a mark.
    /// </summary>
    internal static bool IsWrittenByWhatsApp(string text) =>
        text.StartsWith('\u200E')
        && (Attached().IsMatch(text[1..]) || OmittedKind().IsMatch(text) || Notice().IsMatch(text));

    /// <summary>Returns the attachments of a text, and the text without them.</summary>
    internal static (string? Body, IReadOnlyList<EventPart> Parts) Read(string text)
    {
        string plain = text.TrimStart(ChatHead.Marks.ToCharArray());
        if (Attached().Match(plain) is { Success: true } attached)
            return Result(attached, attached.Groups["file"].Value);
        if (Omitted().Match(plain) is { Success: true } omitted)
            return Result(omitted, null);
        // words of WhatsApp in another language are kept, because a person could have written them
        if (Unknown().IsMatch(plain))
            return (plain, [new EventPart(UnknownType, "omitted")]);
        if (text.Contains('\u200E', StringComparison.Ordinal) && OmittedKind().Match(plain) is { Success: true } kind)
            return Result(kind, null);
        return (text.Trim(ChatHead.Marks.ToCharArray()).TrimEnd('\n'), []);

        (string?, IReadOnlyList<EventPart>) Result(Match match, string? file)
        {
            string body = string.Concat(plain.AsSpan(0, match.Index), plain.AsSpan(match.Index + match.Length))
                .Trim(" \n\u200E".ToCharArray());
            string extension = file is null ? "" : file[(file.LastIndexOf('.') + 1)..];
            return (
                body.Length == 0 ? null : body,
                [new EventPart(MediaTypes.GetValueOrDefault(extension, UnknownType), file ?? "omitted")]
            );
        }
    }

    [GeneratedRegex(
        "end-to-end|Ende-zu-Ende|extremo a extremo|bout en bout|ponta a ponta|end-to-end-krypt|security code|"
            + "сквозн|端到端|端對端|エンドツーエンド|종단간|تام بين الطرفين|uçtan uca|"
            + "Sicherheitsnummer|created (this )?group|changed (the|this) (group|subject)|joined using|"
            + "was added|You were added|added you| left$|hat (die|diese) Gruppe|creó (el|este) grupo|"
            + "a créé (le|ce) groupe|criou (o|este) grupo|ha creato (il|questo) gruppo|heeft (de|deze) groep|"
            + "oprettede (gruppen|denne gruppe)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Notice();

    [GeneratedRegex(
        @"^<[^<>:]{2,30}:[ ]?(?<file>[^<>\n]+\.[A-Za-z0-9]{2,5})>|"
            + @"^(?<file>[^\n]+\.[A-Za-z0-9]{2,5})[ ]\((file attached|Datei angehängt|archivo adjunto|fichier joint|"
            + @"arquivo anexado|fil vedhæftet|bestand bijgevoegd|file allegato|bifogad fil|plik załączony)\)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex Attached();

    [GeneratedRegex(
        "^<(Media omitted|Medien (ausgeschlossen|weggelassen)|Multimedia omitido|Médias? omis|Mídia oculta|"
            + "Arquivo de mídia oculto|Medier udeladt|Mediefil udeladt|Media weggelaten|Media omessi|Fichier omis|"
            + "Archivo omitido|Ficheiro não revelado|Mediet utelämnades|Media utelämnat|Media har utelämnats|"
            + "Medier er utelatt|Utelatt media|Media jätettiin pois|pominięto multimedia|Без медиафайлов|"
            + "Medya dahil edilmedi|Média vynechána|Media tidak disertakan|メディアは含まれていません|"
            + "省略多媒体文件|媒體已略去|미디어 파일을 생략한 대화내용|تم استبعاد الوسائط|המדיה לא נכללה)>",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex Omitted();

    /// <summary>Several words in angle brackets and nothing else, as WhatsApp writes for media left out.</summary>
    [GeneratedRegex(@"^<\p{L}[\p{L}\p{M}.'’-]*(?: [\p{L}\p{M}.'’-]+){1,5}>\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Unknown();

    [GeneratedRegex(
        @"\u200E?((image|video|audio|sticker|GIF|document|Contact card|Bild|Dokument|Kontaktkarte|imagen|vídeo|áudio|"
            + "documento|tarjeta de contacto|billede|imagem|figurinha|cartão do contato|immagine|scheda contatto|vidéo|"
            + "fiche contact|afbeelding|contactkaart|bild|ljud|изображение|видео|аудио|стикер|документ|obraz|wideo|"
            + "naklejka|görüntü|ses|çıkartma|belge)[ ]"
            + "(omitted|weggelassen|ausgelassen|omitid[oa]|ocultad[oa]|udeladt|absente?|omise?|omess[oa]|weggelaten|"
            + "utelämnade?s?|utelämnats|опущено?|отсутствует|pominięt[yeoa]|dahil edilmedi)"
            + "|(画像|動画|音声|ビデオ|オーディオ|ステッカー|GIF|文書|書類)は?(含まれていません|が?省略されました|が?除外されました)"
            + "|(图像|图片|圖片|图片|影像|影片|视频|音频|音訊|贴图|貼圖|GIF|文档|文件)(已略去|已忽略|被略去|已省略))$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex OmittedKind();
}
