using System.Text;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The meaning of the codes for directions and outcomes that products write, in several languages.</summary>
static class CodeWords
{
    static readonly string[] Inbound =
    [
        .. "inbound|incoming|inward|terminating|eingeh|eingang|ankomm|entra|inkom|indgå|indkom|ingå|innkom".Split('|'),
        .. "binnenkom".Split('|'),
    ];

    static readonly string[] Outbound =
    [
        .. "outbound|outgoing|outward|originating|ausgeh|ausgang|abgeh|sali|saíd|said|sorti|sorta|usci".Split('|'),
        .. "uitgaan|udgå|utgå".Split('|'),
    ];

    /// <summary>Words that show a direction only without a clearer word: a call that came in can be sent on.</summary>
    static readonly string[] Received = [.. "recei|recib|receb|ricev|reçu|recu".Split('|')],
        Made = [.. "out|sent|dial|placed|made|inviat|emis|émis|envi|efetua|effettua".Split('|')];

    /// <summary>Calls that the org missed, which came in. A call without an answer can have either direction.</summary>
    static readonly string[] MissedCalls = [.. "miss|verpasst|perdid|manqu|persa|gemist|ubesvar".Split('|')];

    static readonly string[] Missed =
    [
        .. "no answer|no-answer|noanswer|no_answer|unanswer|not |not_|miss|cancel|voicemail|abandon".Split('|'),
        .. "nicht angen|nicht beantw|unbeantw|verpasst|no contest|sin resp|perdid|não atend|nao atend".Split('|'),
        .. "non répon|non repon|sans rép|manqué|perdu|non rispo|persa|gemist|niet beantw|ubesvar|obesvar".Split('|'),
    ];

    static readonly string[] Completed =
    [
        .. "answer|complet|connect|accept|success|deliver|receiv|normal|picked|angenomm|beantw|contest".Split('|'),
        .. "atendid|répond|repond|rispost|besvar|conect".Split('|'),
    ];

    static readonly string[] Busy = [.. "busy|user_busy|besetzt|ocupad|occup|bezet|optaget|upptag".Split('|')];

    static readonly string[] Rejected =
    [
        .. "reject|declin|call_reject|abgelehnt|abgewies|rechaz|rejeit|refus|rifiut|geweiger|afvist".Split('|'),
    ];

    static readonly string[] Failed =
    [
        .. "fail|undeliv|error|congest|fehler|fehlgeschl|fall|échou|echou|mislukt".Split('|'),
    ];

    static readonly string[] Yes = ["yes", "true", "1", "y", "ja", "oui", "sí", "si", "sim"];

    static readonly string[] No = ["no", "false", "0", "n", "nein", "non", "não", "nao", "nee", "nej"];

    /// <summary>The direction of a code such as <c>SIP_INBOUND</c>. Null if it is not known.</summary>
    internal static EventDirection? DirectionOf(string code)
    {
        string[] words = WordsOf(code);
        bool isIn = words.Any(word => StartsWith(word, Inbound)),
            isOut = words.Any(word => StartsWith(word, Outbound));
        if (isIn || isOut)
            return Either(isIn, isOut);
        // mo: from a mobile telephone to the provider, as SMS centers see it
        isIn = words.Any(word => StartsWith(word, Received) || IsWord(word, "in", "mo"));
        isOut = words.Any(word => StartsWith(word, Made) || IsWord(word, "mt"));
        return isIn || isOut
            ? Either(isIn, isOut)
            : Either(IsWord(code, "i") || StartsWith(code, MissedCalls), IsWord(code, "o"));
    }

    static EventDirection? Either(bool isIn, bool isOut) =>
        isIn == isOut ? null
        : isIn ? EventDirection.Inbound
        : EventDirection.Outbound;

    /// <summary>The more likely direction of a code whose direction is not known.</summary>
    internal static EventDirection GuessedDirectionOf(string code) =>
        StartsWith(code, "intern", "local", "lokal", "manual") || code == "2"
            ? EventDirection.Outbound
            : EventDirection.Inbound;

    /// <summary>The channel of a code. Null if it is not known.</summary>
    internal static EventChannel? ChannelOf(string code) =>
        StartsWith(code, "voicemail", "voice mail", "mailbox") ? EventChannel.Voicemail
        : StartsWith(code, "mms", "picture") ? EventChannel.Mms
        : StartsWith(code, "sms", "text", "message", "nachricht", "mensaje", "mensagem", "messaggio") ? EventChannel.Sms
        : StartsWith(
            code,
            "call",
            "voice",
            "phone",
            "anruf",
            "gespräch",
            "telefon",
            "llamada",
            "appel",
            "chiamata",
            "chamada",
            "oproep"
        )
            ? EventChannel.Call
        : null;

    /// <summary>The outcome of a code. Null if it is not known.</summary>
    /// <param name="code">The code.</param>
    /// <param name="isAnswered">Whether the column says with yes or no that a call was answered.</param>
    internal static EventOutcome? OutcomeOf(string code, bool isAnswered) =>
        StartsWith(code, "call ", "call_") ? OutcomeOf(code[5..], isAnswered)
        : isAnswered && IsWord(code, Yes) ? EventOutcome.Completed
        : isAnswered && IsWord(code, No) ? EventOutcome.Missed
        : StartsWith(code, "not sent", "not deliv") ? EventOutcome.Failed
        : StartsWith(code, Missed) ? EventOutcome.Missed
        : StartsWith(code, Completed) ? EventOutcome.Completed
        : StartsWith(code, Busy) ? EventOutcome.Busy
        : StartsWith(code, Rejected) ? EventOutcome.Rejected
        : StartsWith(code, "block", "bloq", "blokk") ? EventOutcome.Blocked
        : StartsWith(code, Failed) ? EventOutcome.Failed
        : StartsWith(code, "sent") ? EventOutcome.Sent
        : null;

    /// <summary>The words of a code such as <c>user_in</c> or <c>ByotIn</c>.</summary>
    internal static string[] WordsOf(string code)
    {
        StringBuilder words = new();
        for (int i = 0; i < code.Length; i++)
        {
            if (i > 0 && char.IsUpper(code[i]) && char.IsLower(code[i - 1]))
                words.Append(' ');
            words.Append(code[i]);
        }
        return words.ToString().Split([.. " _-./:()[],"], StringSplitOptions.RemoveEmptyEntries);
    }

    static bool StartsWith(string code, params ReadOnlySpan<string> beginnings)
    {
        foreach (string beginning in beginnings)
            if (code.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    static bool IsWord(string word, params ReadOnlySpan<string> words)
    {
        foreach (string other in words)
            if (word.Equals(other, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
