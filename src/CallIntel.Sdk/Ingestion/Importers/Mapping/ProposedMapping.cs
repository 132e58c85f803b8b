using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Writes the proposal of a mapping.</summary>
sealed partial class ProposedMapping
{
    const int MostCodes = 20,
        LongestCode = 24;

    static readonly string[] Patterns =
    [
        "dd.MM.yyyy HH:mm:ss",
        "dd.MM.yyyy HH:mm",
        "dd.MM.yy HH:mm:ss",
        "dd.MM.yy HH:mm",
        "dd/MM/yyyy HH:mm:ss",
        "dd/MM/yyyy HH:mm",
        "MM/dd/yyyy HH:mm:ss",
        "MM/dd/yyyy HH:mm",
        "M/d/yyyy h:mm:ss tt",
        "M/d/yyyy h:mm tt",
        "d/M/yyyy h:mm:ss tt",
        "d/M/yyyy h:mm tt",
        "dd-MM-yyyy HH:mm:ss",
        "dd-MM-yyyy HH:mm",
        "MMM d, yyyy h:mm:ss tt",
        "MMM d, yyyy h:mm tt",
    ];

    readonly SampleTable _table;
    readonly StringBuilder _text = new();

    ProposedMapping(SampleTable table) => _table = table;

    /// <param name="table">The first records of the file.</param>
    /// <param name="list">The path of the list that contains the records of a JSON file; null if there is none.</param>
    internal static string Write(SampleTable table, string? list = null)
    {
        ProposedMapping mapping = new(table);
        mapping._text.Append(
            "{\n  // A proposal. Check each line against the file, then try it: callintel import --dry-run\n"
        );
        if (list is not null)
            mapping._text.Append(CultureInfo.InvariantCulture, $"  \"records\": {Quoted(list)},\n");
        mapping.WriteTime();
        mapping.WriteChannel();
        mapping.WriteSides();
        mapping.WriteRest();
        return mapping._text.Append("}\n").ToString();
    }

    void WriteTime()
    {
        string? date = _table.Take(ColumnNames.Date),
            time =
                _table.TakeFilled(ColumnNames.Time) // a call that failed can have no start
                ?? _table.Take(ColumnNames.Time);
        bool isTimeOfDay =
            date is not null
            && time is not null
            && _table.ValuesOf(time).TrueForAll(text => text.Length <= 11 && text.Contains(':'));
        string? field =
            isTimeOfDay ? time
            : date is not null && LooksLikeTimes(date) ? date
            : time ?? date;
        field ??= _table.TakeByValues(IsIso) ?? _table.TakeByValues(IsEpoch);
        if (field is null)
        {
            _text.Append("  // CHECK: no column with the time was recognized\n  \"time\": { \"field\": \"?\" },\n");
            return;
        }
        string[] samples =
        [
            .. isTimeOfDay
                ? _table.ValuesOf(date!).Zip(_table.ValuesOf(field), (day, clock) => $"{day} {clock}")
                : _table.ValuesOf(field),
        ];
        string[] fitting =
        [
            .. Patterns.Where(pattern => samples.Length > 0 && samples.All(text => Fits(text, pattern))),
        ];
        string format =
            samples.Length == 0 || samples.All(IsIso) ? ""
            : samples.All(IsEpoch) ? ", \"format\": \"unix\""
            : fitting.Length > 0 ? $", \"format\": \"custom\", \"pattern\": {Quoted(fitting[0])}"
            : ", \"format\": \"custom\", \"pattern\": \"?\"";
        if (format.EndsWith("\"?\"", StringComparison.Ordinal))
            _text.Append("  // CHECK: the notation of the times was not recognized; write it as a .NET format\n");
        if (fitting.Length > 1)
            _text
                .Append(
                    "  // CHECK: the first records do not show whether the day or the month comes first. "
                        + "This also fits: "
                )
                .Append(string.Join(", ", fitting.Skip(1)))
                .Append(". Delete isOrderAssumed when the order is right\n");
        bool isLocal = !samples.All(IsEpoch) && !samples.All(HasOffset),
            isUtc = new[] { field, date ?? "" }.Any(name =>
                name.Contains("UTC", StringComparison.OrdinalIgnoreCase)
                || name.Contains("GMT", StringComparison.OrdinalIgnoreCase)
            );
        if (isLocal && !isUtc)
            _text.Append(
                "  // CHECK: the times have no offset. Add \"timeZone\", for example \"Europe/Copenhagen\", or set "
                    + "--time-zone\n"
            );
        _text
            .Append("  \"time\": { ")
            .Append(isTimeOfDay ? $"\"dateField\": {Quoted(date!)}, " : "")
            .Append(CultureInfo.InvariantCulture, $"\"field\": {Quoted(field)}{format}")
            .Append(fitting.Length > 1 ? ", \"isOrderAssumed\": true" : "")
            .Append(isLocal && isUtc ? ", \"timeZone\": \"Etc/UTC\"" : "")
            .Append(" },\n");
    }

    void WriteChannel()
    {
        string? body = _table.Take(ColumnNames.Body);
        _text
            .Append("  // call, sms, mms or voicemail\n  \"channel\": { \"constant\": ")
            .Append(body is null ? "\"call\"" : "\"sms\"")
            .Append(" },\n");
        if (body is not null)
            _text.Append(CultureInfo.InvariantCulture, $"  \"body\": {Quoted(body)},\n");
    }

    void WriteSides()
    {
        string? way = _table.Take(ColumnNames.Direction),
            from = _table.Take(ColumnNames.From, HasNumbers),
            to = _table.Take(ColumnNames.To, HasNumbers),
            party = _table.Take(ColumnNames.Party, HasNumbers),
            line = _table.Take(ColumnNames.Line);
        List<string> codes = way is null ? [] : CodesOf(way);
        if (way is not null && codes.Count > 0)
        {
            _text.Append("  \"direction\": {\n    \"field\": ").Append(Quoted(way)).Append(",\n    \"map\": {\n");
            for (int i = 0; i < codes.Count; i++)
            {
                string? known = CodeWords.DirectionOf(codes[i])?.ToString().ToLowerInvariant();
                _text
                    .Append(CultureInfo.InvariantCulture, $"      {Quoted(codes[i])}: \"{known ?? "inbound"}\"")
                    .Append(i + 1 < codes.Count ? "," : "")
                    .Append(known is null ? " // CHECK: a guess\n" : "\n");
            }
            string[] guessed = [.. codes.Where(code => CodeWords.DirectionOf(code) is null).Select(Quoted)];
            _text.Append("    }");
            if (guessed.Length > 0)
                _text.Append(CultureInfo.InvariantCulture, $",\n    \"assumed\": [{string.Join(", ", guessed)}]");
            _text.Append("\n  },\n");
            if (from is not null && to is not null)
                _text
                    .Append(CultureInfo.InvariantCulture, $"  \"party\": {{ \"inboundField\": {Quoted(from)}, ")
                    .Append(
                        CultureInfo.InvariantCulture,
                        $"\"outboundField\": {Quoted(to)}, \"kind\": \"numberOrId\" }},\n"
                    )
                    .Append(CultureInfo.InvariantCulture, $"  \"line\": {{ \"inboundField\": {Quoted(to)}, ")
                    .Append(
                        CultureInfo.InvariantCulture,
                        $"\"outboundField\": {Quoted(from)}, \"isNumber\": true }},\n"
                    );
            else if (party is not null && (from ?? to) is { } side)
                WriteUnclearSides(party, side, isFrom: from is not null);
            else
            {
                if (party is null && (from ?? to) is not null)
                    _text.Append("  // CHECK: this column is used for both directions\n");
                WriteParty(party ?? from ?? to, line);
            }
        }
        else if (from is not null && to is not null)
            _text
                .Append("  // CHECK: \"own\" is a regular expression that matches the org's own numbers. Records in ")
                .Append("which it matches neither side are skipped.\n")
                .Append(CultureInfo.InvariantCulture, $"  \"direction\": {{ \"from\": {Quoted(from)}, ")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"\"to\": {Quoted(to)}, \"own\": {Quoted(OwnOf(from, to))} }},\n"
                );
        else
        {
            _text.Append(
                "  // CHECK: no column with the direction was recognized\n"
                    + "  \"direction\": { \"constant\": \"inbound\", \"assumed\": [\"*\"] },\n"
            );
            WriteParty(party ?? from ?? to, line);
        }
    }

    /// <summary>
    /// Writes the sides of a file with one number that both directions have and one that only one direction can have.
    /// </summary>
    void WriteUnclearSides(string number, string side, bool isFrom) =>
        _text
            .Append("  // CHECK: the file does not tell which of the two columns is the org's own number, and it may ")
            .Append(isFrom ? "not contain whom the org called" : "not contain who called")
            .Append(".\n  // Replace each \"?\" by a column, or delete the property line.\n")
            .Append("  \"party\": { ")
            .Append(
                CultureInfo.InvariantCulture,
                $"\"inboundField\": {(isFrom ? Quoted(side) : "\"?\"")}, "
                    + $"\"outboundField\": {(isFrom ? "\"?\"" : Quoted(side))}, \"kind\": \"numberOrId\" }},\n"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"  \"line\": {{ \"field\": {Quoted(number)}, \"isNumber\": true }},\n"
            );

    void WriteParty(string? party, string? line)
    {
        if (party is null && (party = _table.TakeByValues(IsNumber, column => !IsTimeName(column))) is not null)
            _text.Append("  // CHECK: this column was only recognized by its values\n");
        if (party is null)
            _text.Append("  // CHECK: no column with the number of the other party was recognized\n");
        else
            _text.Append(
                CultureInfo.InvariantCulture,
                $"  \"party\": {{ \"field\": {Quoted(party)}, \"kind\": \"numberOrId\" }},\n"
            );
        if (line is not null)
            _text.Append(
                CultureInfo.InvariantCulture,
                $"  \"line\": {{ \"field\": {Quoted(line)}, \"isNumber\": true }},\n"
            );
    }

    void WriteRest()
    {
        if (_table.Take(ColumnNames.Duration) is { } duration)
            WriteDuration(duration);
        if (_table.Take(ColumnNames.Status) is { } status)
        {
            List<string> codes = CodesOf(status);
            if (codes.Count > 0)
            {
                _text.Append(
                    CultureInfo.InvariantCulture,
                    $"  \"outcome\": {{\n    \"field\": {Quoted(status)},\n    \"map\": {{\n"
                );
                bool isAnswered = status.StartsWith("answered", StringComparison.OrdinalIgnoreCase);
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
            _text.Append(CultureInfo.InvariantCulture, $"  \"status\": {Quoted(status)},\n");
        }
        if (_table.Take(ColumnNames.Price) is { } price)
            _text
                .Append(CultureInfo.InvariantCulture, $"  \"price\": {{ \"field\": {Quoted(price)}")
                .Append(
                    _table.Take(ColumnNames.Currency) is { } currency ? $", \"currencyField\": {Quoted(currency)}" : ""
                )
                .Append(" },\n");
        if (_table.Take(ColumnNames.Conversation) is { } conversation)
            _text.Append(
                CultureInfo.InvariantCulture,
                $"  \"details\": {{ \"conversationId\": {Quoted(conversation)} }},\n"
            );
        if (_table.Take(ColumnNames.Id) is { } id)
            _text
                .Append("  // an id that two records share makes them one event\n")
                .Append(CultureInfo.InvariantCulture, $"  \"externalId\": {Quoted(id)}\n");
        else
            _text.Append("  // the file has no ids: equal lines are counted\n  \"lineIsIdentity\": true\n");
    }

    bool LooksLikeTimes(string column) =>
        _table.ValuesOf(column) is { Count: > 0 } values
        && values.TrueForAll(text => IsIso(text) || Array.Exists(Patterns, pattern => Fits(text, pattern)));

    /// <summary>The codes of a column. Empty if its values look like data of people.</summary>
    List<string> CodesOf(string column)
    {
        List<string> codes = [.. _table.ValuesOf(column).Distinct(StringComparer.OrdinalIgnoreCase)];
        return
            codes.Count <= MostCodes
            && codes.TrueForAll(code =>
                code.Length <= LongestCode && code.Count(char.IsDigit) <= 3 && !code.Contains('@')
            )
            ? codes
            : [];
    }

    void WriteDuration(string duration)
    {
        List<string> values = _table.ValuesOf(duration);
        bool isMilliseconds =
            values.Exists(text => text.Length >= 5) && values.TrueForAll(text => MillisecondsText().IsMatch(text));
        if (isMilliseconds)
            _text.Append("  // CHECK: the values are so large that they are read as milliseconds\n");
        else if (values.Count > 0 && values.TrueForAll(text => text.Count(c => c == ':') == 1))
            _text.Append("  // m:ss; set \"hoursAndMinutes\" to true if it is h:mm\n");
        _text
            .Append(CultureInfo.InvariantCulture, $"  \"duration\": {{ \"field\": {Quoted(duration)}")
            .Append(isMilliseconds ? ", \"perSecond\": 1000" : "")
            .Append(" },\n");
    }

    /// <summary>
    /// A rule for extensions: the number alone, or in parentheses after a name. Without extensions, a person has to
    /// write the rule, and the import refuses the mapping until then.
    /// </summary>
    string OwnOf(string from, string to)
    {
        string[] sides = [.. _table.ValuesOf(from).Concat(_table.ValuesOf(to))];
        return Array.Find([@"^[0-9]{2,6}$", @"(^|\()[0-9]{2,6}\)?$"], rule =>
            sides.Any(text => Regex.IsMatch(text, rule))
        ) ?? RecordMapper.Unfilled;
    }

    /// <summary>
    /// Whether a column with these values can be one of numbers. A destination can also be a country or a department.
    /// </summary>
    static bool HasNumbers(List<string> values) =>
        values.Count == 0 || values.Exists(text => text.Count(char.IsAsciiDigit) >= 2);

    [GeneratedRegex("^(0|[0-9]{4,})([.]0*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex MillisecondsText();

    static bool IsIso(string text) => TimeText.TryRead(text, TimeZoneInfo.Utc, out _);

    static bool HasOffset(string text) =>
        TimeText.TryRead(text, TimeZoneInfo.Utc, out DateTimeOffset utc)
        && TimeText.TryRead(text, FarZone, out DateTimeOffset far)
        && utc == far;

    /// <summary>A zone that shows whether a text has an offset of its own.</summary>
    static readonly TimeZoneInfo FarZone = TimeZoneInfo.CreateCustomTimeZone("far", TimeSpan.FromHours(13), null, null);

    static bool IsEpoch(string text) =>
        text.Length is >= 9 and <= 19
        && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
        && value > 900_000_000;

    /// <summary>Whether a column is named like a time: counts of seconds look like telephone numbers.</summary>
    static bool IsTimeName(string column) =>
        Array.Exists(["at", "time", "date", "stamp"], end => column.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    static bool IsNumber(string text) =>
        text.Count(char.IsAsciiDigit) >= 7
        && text.All(c => char.IsAsciiDigit(c) || "+-() .".Contains(c, StringComparison.Ordinal));

    static bool Fits(string text, string pattern) =>
        DateTime.TryParseExact(text, pattern, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out _);

    static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
