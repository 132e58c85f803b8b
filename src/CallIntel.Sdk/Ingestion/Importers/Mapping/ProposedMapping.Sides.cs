using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The direction, the channel and the parties.</summary>
sealed partial class ProposedMapping
{
    const string Incoming = "incom";

    void WriteSides()
    {
        string? body = _table.Take(ColumnNames.Body),
            way = _table.Take(ColumnNames.Direction, HasDirections),
            kind = _table.Take(ColumnNames.Channel, HasChannels);
        way ??= _table.Take(ColumnNames.Direction, values => AreCodes(values) && values.Count > 0);
        WriteChannel(kind, body is not null);
        if (body is not null)
            _text.Append(CultureInfo.InvariantCulture, $"  \"body\": {Quoted(body)},\n");
        string? place = way is null || !HasDirections(CodesOf(way)) ? _table.Take(ColumnNames.Place, IsPlace) : null,
            from = _table.Take(ColumnNames.From, HasNumbers),
            to = _table.Take(ColumnNames.To, HasNumbers),
            party = _table.Take(ColumnNames.Party, HasNumbers),
            line = _table.Take(ColumnNames.Line, HasNumbers) ?? _table.Take(ColumnNames.Line);
        if (place is not null)
        {
            WritePlaces(place);
            WriteParty(party ?? to ?? from, line);
        }
        else if (way is not null)
        {
            WriteDirections(way);
            if (from is not null && to is not null)
                WriteBothSides(from, to);
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
            // a bill lists the numbers that were called
            string direction = to is not null && from is null && party is null ? "outbound" : "inbound";
            _text.Append(
                "  // CHECK: no column with the direction was recognized\n"
                    + $"  \"direction\": {{ \"constant\": \"{direction}\", \"assumed\": [\"*\"] }},\n"
            );
            WriteParty(party ?? from ?? to, line);
        }
        _way = way;
    }

    /// <summary>The column of the direction, which can also tell how a call ended; null if there is none.</summary>
    string? _way;

    void WriteChannel(string? kind, bool hasBody)
    {
        _text.Append("  // call, sms, mms or voicemail\n");
        if (kind is null)
        {
            _text.Append("  \"channel\": { \"constant\": ").Append(hasBody ? "\"sms\"" : "\"call\"").Append(" },\n");
            return;
        }
        string[] known =
        [
            .. CodesOf(kind)
                .Where(code => CodeWords.ChannelOf(code) is not null)
                .Select(code => $"{Quoted(code)}: \"{CodeWords.ChannelOf(code)?.ToString().ToLowerInvariant()}\""),
        ];
        if (known.Length < CodesOf(kind).Count)
            _text.Append("  // CHECK: records with another text in this column are rejected\n");
        _text.Append(
            CultureInfo.InvariantCulture,
            $"  \"channel\": {{ \"field\": {Quoted(kind)}, \"map\": {{ {string.Join(", ", known)} }} }},\n"
        );
    }

    void WriteDirections(string way)
    {
        List<string> codes = CodesOf(way);
        _text.Append("  \"direction\": {\n    \"field\": ").Append(Quoted(way)).Append(",\n    \"map\": {\n");
        for (int i = 0; i < codes.Count; i++)
        {
            EventDirection? known = CodeWords.DirectionOf(codes[i]);
            string direction = (known ?? CodeWords.GuessedDirectionOf(codes[i])).ToString().ToLowerInvariant();
            _text
                .Append(CultureInfo.InvariantCulture, $"      {Quoted(codes[i])}: \"{direction}\"")
                .Append(i + 1 < codes.Count ? "," : "")
                .Append(known is null ? " // CHECK: a guess\n" : "\n");
        }
        string[] guessed = [.. codes.Where(code => CodeWords.DirectionOf(code) is null).Select(Quoted)];
        _text.Append("    }");
        if (guessed.Length > 0)
            _text.Append(CultureInfo.InvariantCulture, $",\n    \"assumed\": [{string.Join(", ", guessed)}]");
        _text.Append("\n  },\n");
    }

    /// <summary>Writes the direction of a bill, which names the place that was called, or <c>Incoming</c>.</summary>
    void WritePlaces(string place)
    {
        IEnumerable<string> incoming = _table
            .ValuesOf(place)
            .Where(text => text.StartsWith(Incoming, StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(text => $"{Quoted(text)}: \"inbound\"");
        _text
            .Append("  // CHECK: all other texts of this column have to be places that were called\n")
            .Append(
                CultureInfo.InvariantCulture,
                $"  \"direction\": {{ \"field\": {Quoted(place)}, \"map\": {{ {string.Join(", ", incoming)} }}, "
            )
            .Append("\"otherwise\": \"outbound\" },\n");
    }

    void WriteBothSides(string from, string to) =>
        _text
            .Append(CultureInfo.InvariantCulture, $"  \"party\": {{ \"inboundField\": {Quoted(from)}, ")
            .Append(CultureInfo.InvariantCulture, $"\"outboundField\": {Quoted(to)}, \"kind\": \"numberOrId\" }},\n")
            .Append(CultureInfo.InvariantCulture, $"  \"line\": {{ \"inboundField\": {Quoted(to)}, ")
            .Append(CultureInfo.InvariantCulture, $"\"outboundField\": {Quoted(from)}, \"isNumber\": true }},\n");

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
        if (party is null && (party = _table.TakeByValues(IsNumber, column => !IsOtherName(column))) is not null)
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

    static bool HasDirections(List<string> values) =>
        AreCodes(values) && values.Exists(code => CodeWords.DirectionOf(code) is not null);

    static bool HasChannels(List<string> values) =>
        AreCodes(values) && values.Exists(code => CodeWords.ChannelOf(code) is not null);

    static bool IsPlace(List<string> values) =>
        values.Exists(text => text.StartsWith(Incoming, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether a column with these values can be one of numbers. A destination can also be a country or a department.
    /// </summary>
    static bool HasNumbers(List<string> values) =>
        values.Count == 0 || values.Exists(text => text.Count(char.IsAsciiDigit) >= 2);

    /// <summary>Whether a column is named like a time or an id, whose values look like telephone numbers.</summary>
    static bool IsOtherName(string column) =>
        Array.Exists(["at", "time", "date", "stamp"], end => column.EndsWith(end, StringComparison.OrdinalIgnoreCase))
        || Array.Exists(ColumnNames.Id, name => SampleTable.IsNamed(column, name));

    static bool IsNumber(string text) =>
        text.Count(char.IsAsciiDigit) >= 7
        && text.All(c => char.IsAsciiDigit(c) || "+-() .".Contains(c, StringComparison.Ordinal));
}
