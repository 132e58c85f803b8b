using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>A voice or video call, which WhatsApp writes into the chat.</summary>
/// <param name="Outcome">The outcome; unknown if the text says neither a length nor that nobody answered.</param>
/// <param name="Duration">The length of the call, in the precision of the text; null if it was not answered.</param>
/// <param name="Status">The words of the text.</param>
readonly partial record struct ChatCall(EventOutcome Outcome, TimeSpan? Duration, string Status)
{
    const int LongestText = 80;

    /// <summary>Returns the call that a text describes, or null if it describes none.</summary>
    /// <param name="text">The text of a message, or a notice that nobody wrote.</param>
    /// <param name="isSigned">
    /// Whether a person is named as the sender. The text then begins with an invisible mark: without it, somebody wrote
    /// these words.
    /// </param>
    internal static ChatCall? Find(string text, bool isSigned)
    {
        if (text.Length > LongestText || (isSigned && !text.StartsWith('\u200E')))
            return null;
        string plain = string.Concat(text.Where(c => !ChatHead.Marks.Contains(c, StringComparison.Ordinal))).Trim();
        if (Missed().IsMatch(plain))
            return new ChatCall(EventOutcome.Missed, null, plain);
        if (Call().Match(plain) is not { Success: true } call)
            return null;
        if (call.Groups["none"].Success)
            return new ChatCall(EventOutcome.Missed, null, plain);
        int seconds = (Number(call, "h") * 3600) + (Number(call, "m") * 60) + Number(call, "s");
        return seconds > 0
            ? new ChatCall(EventOutcome.Completed, TimeSpan.FromSeconds(seconds), plain)
            : new ChatCall(EventOutcome.Unknown, null, plain);
    }

    static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true } number ? int.Parse(number.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        "^(Missed (group )?(voice|video) call|Verpasster (Gruppen-?)?(Sprach|Video)anruf|"
            + "(Llamada (de voz )?|Videollamada )perdida|Appel (vocal|vidéo)?( de groupe)? ?manqué|"
            + "(Chamada|Ligação) de (voz|vídeo) perdida|(Chiamata( vocale)?|Videochiamata) persa|"
            + @"Gemiste (spraak|video-?|groeps)?oproep|(Ubesvaret|Mistet) (tale|video)opkald)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex Missed();

    [GeneratedRegex(
        @"^(Voice call|Video call|Sprachanruf|Videoanruf|Llamada de voz|Videollamada|Appel vocal|Appel vidéo|"
            + "Chamada de voz|Chamada de vídeo|Ligação de voz|Ligação de vídeo|Chiamata vocale|Videochiamata|"
            + "Spraakoproep|Video-?oproep|Taleopkald|Videoopkald)[.,]?[ ]*((?<none>No answer|Keine Antwort|"
            + "Sin respuesta|Pas de réponse|Sem resposta|Nessuna risposta|Geen antwoord|Intet svar|Tap to call back)"
            + @"|((?<h>[0-9]{1,2})[ ]?(h|hr|hrs|hours?|Std\.?|ore|uur|t)\b\.?[ ]?)?"
            + @"((?<m>[0-9]{1,3})[ ]?(min|mins|minutes?|Min\.?)\b\.?[ ]?)?"
            + @"((?<s>[0-9]{1,3})[ ]?(s|sec|secs|seconds?|Sek|seg|sek)\b\.?)?)[.]?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex Call();
}
