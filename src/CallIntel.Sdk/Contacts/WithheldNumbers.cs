using System.Globalization;
using System.Text;

namespace CallIntel.Sdk.Contacts;

/// <summary>The texts by which telephones, networks and providers say that a number is withheld or unknown.</summary>
static class WithheldNumbers
{
    static readonly HashSet<string> Texts = [.. Words.Concat(Codes).Select(Fold)];

    /// <summary>
    /// Codes of providers. The long numbers spell ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on a keypad.
    /// </summary>
    static IEnumerable<string> Codes =>
        [
            "-1",
            "-2",
            "-3",
            "+266696687",
            "+7378742833",
            "+2562533",
            "+8656696",
            "+86282452253",
            "insert-address-token",
            "null",
            "none",
            "n/a",
            "nil",
        ];

    static IEnumerable<string> Words =>
        [
            // English
            .. "anonymous|anonymous caller|anonymous call|private|private number|private caller|restricted".Split('|'),
            .. "restricted number|unknown|unknown number|unknown caller|unavailable|not available".Split('|'),
            .. "number unavailable|number not available|blocked|blocked number|withheld|number withheld".Split('|'),
            .. "withheld number|caller id withheld|caller withheld|no caller id|no number|hidden|hidden number".Split(
                '|'
            ),
            .. "undisclosed|out of area|payphone|pay phone|no caller|unknown sender".Split('|'),
            .. "caller unknown|id unavailable".Split('|'),
            // German
            .. "anonym|anonymer anruf|anonymer anrufer|unbekannt|unbekannter anrufer|unbekannte nummer".Split('|'),
            .. "unbekannte rufnummer|unterdrückt|rufnummer unterdrückt|nummer unterdrückt|privat".Split('|'),
            .. "private nummer|private rufnummer|privater anrufer|keine rufnummer|ohne rufnummer".Split('|'),
            .. "rufnummer unbekannt|nummer unbekannt|verborgen|nicht verfügbar".Split('|'),
            // French
            .. "anonyme|appel anonyme|numéro anonyme|privé|numéro privé|masqué|numéro masqué|appel masqué".Split('|'),
            .. "inconnu|numéro inconnu|appelant inconnu|caché|numéro caché|secret|indisponible|non disponible".Split(
                '|'
            ),
            // Spanish and Portuguese
            .. "anónimo|número anónimo|desconocido|número desconocido|privado|número privado|oculto".Split('|'),
            .. "número oculto|restringido|número restringido|sin número|no disponible|llamada privada".Split('|'),
            .. "anônimo|desconhecido|número desconhecido|confidencial|número confidencial|restrito".Split('|'),
            .. "número restrito|não identificado|número não identificado|sem número|indisponível".Split('|'),
            // Italian
            .. "anonimo|numero anonimo|sconosciuto|numero sconosciuto|privato|numero privato|nascosto".Split('|'),
            .. "numero nascosto|riservato|numero riservato|non disponibile|chiamata anonima".Split('|'),
            // Dutch
            .. "anoniem|anonieme beller|onbekend|onbekend nummer|onbekende beller|nummer onbekend".Split('|'),
            .. "privénummer|afgeschermd|afgeschermd nummer|geheim|geheim nummer|niet beschikbaar".Split('|'),
            // Danish, Swedish, Norwegian, Finnish
            .. "ukendt|ukendt nummer|hemmelig|hemmeligt|hemmeligt nummer|skjult|skjult nummer".Split('|'),
            .. "privat nummer|okänd|okänt|okänt nummer|hemlig|hemligt|hemligt nummer|dolt|dolt nummer".Split('|'),
            .. "skyddat|skyddat nummer|ukjent|ukjent nummer|hemmelig nummer|tuntematon".Split('|'),
            .. "tuntematon numero|salainen|salainen numero|salattu|yksityinen|yksityinen numero".Split('|'),
            // Polish, Czech, Slovak, Hungarian, Romanian
            .. "nieznany|nieznany numer|numer nieznany|prywatny|numer prywatny|zastrzeżony".Split('|'),
            .. "numer zastrzeżony|ukryty|numer ukryty|anonimowy|neznámé|neznámé číslo|skryté číslo".Split('|'),
            .. "soukromé číslo|anonymní|neznáme číslo|súkromné číslo|ismeretlen|ismeretlen szám".Split('|'),
            .. "privát szám|rejtett szám|rejtett|necunoscut|număr necunoscut|număr privat|ascuns".Split('|'),
            // Russian, Ukrainian, Greek, Turkish
            .. "неизвестный|неизвестный номер|неизвестно|номер скрыт|скрытый номер|скрыт|скрытый".Split('|'),
            .. "аноним|анонимный|частный номер|невідомий|невідомий номер|приховано|прихований номер".Split('|'),
            .. "άγνωστος|άγνωστος αριθμός|απόκρυψη|ιδιωτικός αριθμός|bilinmeyen|bilinmeyen numara".Split('|'),
            .. "gizli|gizli numara|özel numara".Split('|'),
            // Japanese, Chinese, Korean, Arabic, Hebrew
            .. "非通知|非通知設定|通知不可能|不明|公衆電話|表示圏外|匿名|未知|未知号码|未知號碼|私人号码|私人號碼".Split(
                '|'
            ),
            .. "隐藏号码|隱藏號碼|无主叫号码|발신번호 표시제한|발신번호표시제한|알 수 없음|알 수 없는 번호".Split('|'),
            .. "مجهول|رقم مجهول|غير معروف|رقم غير معروف|رقم خاص|חסוי|מספר חסוי|לא ידוע".Split('|'),
        ];

    /// <summary>
    /// Whether a text stands for a number that is withheld or unknown. Case, accents, hyphens and enclosing brackets or
    /// quotes are ignored.
    /// </summary>
    internal static bool Contains(string text) =>
        text.Length <= 40 && (string.IsNullOrWhiteSpace(text) || Texts.Contains(Fold(text)));

    static string Fold(string text)
    {
        ReadOnlySpan<char> inner = text.AsSpan().Trim().Trim("<>()[]\"'").Trim();
        if (inner.IsEmpty || inner[0] is '-' or '+')
            return inner.ToString();
        StringBuilder folded = new(inner.Length);
        foreach (char c in inner)
            if (c is ' ' or '_' or '-' or '.' or '\u00A0')
            {
                if (folded.Length > 0 && folded[^1] != ' ')
                    folded.Append(' ');
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
                folded.Append(WithoutAccent(char.ToLowerInvariant(c)));
        return folded.ToString().TrimEnd();
    }

    /// <summary>
    /// Removes the accent of a letter by a table: <see cref="string.Normalize()"/> leaves accents unchanged if the host
    /// runs with invariant globalization.
    /// </summary>
    static char WithoutAccent(char c) =>
        c switch
        {
            < (char)128 => c,
            'à' or 'á' or 'â' or 'ã' or 'ä' or 'å' or 'ā' or 'ă' or 'ą' => 'a',
            'ç' or 'ć' or 'č' => 'c',
            'ď' => 'd',
            'è' or 'é' or 'ê' or 'ë' or 'ē' or 'ę' or 'ě' => 'e',
            'ğ' => 'g',
            'ì' or 'í' or 'î' or 'ï' or 'ī' => 'i',
            'ł' => 'l',
            'ñ' or 'ń' or 'ň' => 'n',
            'ò' or 'ó' or 'ô' or 'õ' or 'ö' or 'ø' or 'ő' => 'o',
            'ř' => 'r',
            'ś' or 'ş' or 'ș' or 'š' => 's',
            'ţ' or 'ț' or 'ť' => 't',
            'ù' or 'ú' or 'û' or 'ü' or 'ů' or 'ű' or 'ū' => 'u',
            'ý' or 'ÿ' => 'y',
            'ź' or 'ż' or 'ž' => 'z',
            _ => c,
        };
}
