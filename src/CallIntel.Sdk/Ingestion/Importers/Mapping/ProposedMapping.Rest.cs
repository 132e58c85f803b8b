using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The duration, the outcome, the price and the ids.</summary>
sealed partial class ProposedMapping
{
    static readonly string[] Milliseconds = ["ms", "msec", "msecs", "millis", "milliseconds", "millisekunden"],
        Minutes = ["min", "mins", "minute", "minutes", "minuten", "minutos", "minuti", "minuter", "minutter"];

    void WriteRest()
    {
        if (_table.Take(ColumnNames.Duration) is { } duration)
            if (SampleTable.IsNamed(duration, "seconds") && _table.Take(["minutes"]) is not null)
                _text.Append("  // CHECK: the duration is in two columns, which a mapping cannot join\n");
            else
                WriteDuration(duration);
        string? status = _table.Take(ColumnNames.Status);
        if (status is not null)
        {
            WriteOutcome(status, CodesOf(status));
            _text.Append(CultureInfo.InvariantCulture, $"  \"status\": {Quoted(status)},\n");
        }
        else if (_way is not null)
            WriteOutcome(_way, [.. CodesOf(_way).Where(TellsEnd)]); // the types of a call log: incoming, missed
        if (_table.Take(ColumnNames.Price) is { } price)
            _text
                .Append(CultureInfo.InvariantCulture, $"  \"price\": {{ \"field\": {Quoted(price)}")
                .Append(
                    _table.Take(ColumnNames.Currency) is { } currency ? $", \"currencyField\": {Quoted(currency)}" : ""
                )
                .Append(" },\n");
        string? conversation = _table.Take(ColumnNames.Conversation),
            id = _table.Take(ColumnNames.Id);
        bool isShared =
            id is not null
            && _table.ValuesOf(id) is var ids
            && ids.Distinct(StringComparer.Ordinal).Count() < ids.Count;
        if (isShared)
        {
            _text.Append("  // several records have the same id: the legs of one call\n");
            conversation ??= id;
        }
        if (conversation is not null)
            _text.Append(
                CultureInfo.InvariantCulture,
                $"  \"details\": {{ \"conversationId\": {Quoted(conversation)} }},\n"
            );
        if (id is not null && !isShared)
            _text
                .Append("  // an id that two records share makes them one event\n")
                .Append(CultureInfo.InvariantCulture, $"  \"externalId\": {Quoted(id)}\n");
        else
            _text.Append("  // the file has no ids of records: equal lines are counted\n  \"lineIsIdentity\": true\n");
    }

    void WriteOutcome(string field, List<string> codes)
    {
        if (codes.Count == 0)
            return;
        _text.Append(
            CultureInfo.InvariantCulture,
            $"  \"outcome\": {{\n    \"field\": {Quoted(field)},\n    \"map\": {{\n"
        );
        bool isAnswered = field.StartsWith("answered", StringComparison.OrdinalIgnoreCase);
        for (int i = 0; i < codes.Count; i++)
        {
            string? outcome = CodeWords.OutcomeOf(codes[i], isAnswered)?.ToString().ToLowerInvariant();
            _text
                .Append(CultureInfo.InvariantCulture, $"      {Quoted(codes[i])}: \"{outcome ?? "unknown"}\"")
                .Append(i + 1 < codes.Count ? "," : "")
                .Append(outcome is null ? " // CHECK\n" : "\n");
        }
        _text.Append("    },\n    \"otherwise\": \"unknown\"\n  },\n");
    }

    /// <summary>Whether a code of a direction also tells that a call did not take place.</summary>
    static bool TellsEnd(string code) =>
        CodeWords.OutcomeOf(code, isAnswered: false)
            is EventOutcome.Missed
                or EventOutcome.Rejected
                or EventOutcome.Blocked
                or EventOutcome.Busy
                or EventOutcome.Failed;

    void WriteDuration(string duration)
    {
        List<string> values = _table.ValuesOf(duration);
        string[] words = CodeWords.WordsOf(duration);
        bool hasClock = values.Exists(text => text.Contains(':', StringComparison.Ordinal)),
            isMilliseconds = Names(Milliseconds),
            isMinutes = !hasClock && Names(Minutes),
            isHours =
                duration.Replace(" ", "", StringComparison.Ordinal) is var plain
                && plain.Contains("hh:mm", StringComparison.OrdinalIgnoreCase)
                && !plain.Contains("hh:mm:ss", StringComparison.OrdinalIgnoreCase);
        if (!isMilliseconds && !isMinutes && IsLarge(values))
        {
            isMilliseconds = true;
            _text.Append("  // CHECK: the values are so large that they are read as milliseconds\n");
        }
        else if (!isHours && values.Count > 0 && values.TrueForAll(text => text.Count(c => c == ':') == 1))
            _text.Append("  // m:ss; set \"hoursAndMinutes\" to true if it is h:mm\n");
        else if (!isMinutes && !hasClock && values.Exists(text => Fraction().IsMatch(text)))
            _text.Append("  // CHECK: seconds; add \"isMinutes\": true if the numbers are minutes\n");
        _text
            .Append(CultureInfo.InvariantCulture, $"  \"duration\": {{ \"field\": {Quoted(duration)}")
            .Append(isMilliseconds ? ", \"perSecond\": 1000" : "")
            .Append(isMinutes ? ", \"isMinutes\": true" : "")
            .Append(isHours ? ", \"hoursAndMinutes\": true" : "")
            .Append(" },\n");

        bool Names(string[] units) => words.Any(word => units.Contains(word, StringComparer.OrdinalIgnoreCase));
    }

    static bool IsLarge(List<string> values) =>
        values.Exists(text => text.Length >= 5) && values.TrueForAll(text => MillisecondsText().IsMatch(text));

    [GeneratedRegex("^(0|[0-9]{4,})([.]0*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex MillisecondsText();

    [GeneratedRegex("^[0-9]+[.,]0*[1-9]", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();
}
