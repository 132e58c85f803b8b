using System.Text.RegularExpressions;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Converts the values of a record's fields to an event, as a mapping defines it.</summary>
sealed class RecordMapper
{
    /// <summary>
    /// The field with the transcript that is joined from turns. No path of a JSON property begins with a dot.
    /// </summary>
    internal const string TurnsField = ".turns";

    /// <summary>What a proposal writes where a person has to decide.</summary>
    internal const string Unfilled = "?";

    const string EveryText = "*";

    readonly TimeReader _times;
    readonly CodeReader<EventChannel> _channel;
    readonly CodeReader<EventDirection> _direction;
    readonly CodeReader<EventOutcome> _outcome;
    readonly DurationMapping? _durations;
    readonly Regex? _own;
    readonly string? _constantParty;
    readonly string? _scope;
    readonly PartyKind _partyKind;
    readonly DetailsMapper _details;
    readonly IdReader _id;
    readonly SideField _party,
        _line;
    readonly bool _lineIsNumber;
    readonly bool _allAssumed;
    readonly Regex? _endpoints;
    readonly int _way = -1;
    readonly HashSet<string> _assumedTexts = new(StringComparer.OrdinalIgnoreCase),
        _turnedTexts = new(StringComparer.OrdinalIgnoreCase);
    readonly int _time,
        _date,
        _from,
        _to,
        _duration,
        _body,
        _transcript,
        _summary;

    internal RecordMapper(RecordMapping mapping)
    {
        TimeMapping time = mapping.Time ?? throw Missing("time");
        _times = new TimeReader(time);
        _time = time.Format is TimeFormat.Sequence ? -1 : Slot(time.Field ?? throw Missing("time.field"));
        _date = time.Format is TimeFormat.Sequence ? -1 : Slot(time.DateField);
        _channel = CodeReader<EventChannel>.Create("channel", mapping.Channel ?? throw Missing("channel"), Slot);
        DirectionMapping direction = mapping.Direction ?? throw Missing("direction");
        _own = OwnRule(direction);
        _from = _own is null ? -1 : Slot(direction.From ?? throw Missing("direction.from"));
        _to = _own is null ? -1 : Slot(direction.To ?? throw Missing("direction.to"));
        _direction = _own is not null
            ? CodeReader<EventDirection>.None
            : CodeReader<EventDirection>.Create(
                "direction",
                new()
                {
                    Constant = direction.Constant,
                    Field = direction.Field,
                    Map = direction.Map,
                    Otherwise = direction.Otherwise,
                },
                Slot
            );
        _allAssumed = direction.Assumed?.Contains(EveryText) ?? false;
        if (direction is { Assumed: { } assumed, Field: { } way })
        {
            _way = Slot(way);
            _assumedTexts.UnionWith(assumed);
        }
        if (direction is { OwnEndpoints: { } endpoints, Field: { } stated })
        {
            _way = Slot(stated);
            _endpoints = MappingFile.Rule("direction.ownEndpoints", endpoints);
            _turnedTexts.UnionWith(direction.Turned ?? []);
        }

        (_partyKind, _constantParty) = (mapping.Party?.Kind ?? PartyKind.Number, mapping.Party?.Constant);
        PartyMapping? other = mapping.Party;
        _party = SideField.Create("party", other?.Field, other?.InboundField, other?.OutboundField, Slot);
        if (
            mapping.Party is not null
            && (_own is not null ? 1 : 0) + (_party.IsDefined ? 1 : 0) + (_constantParty is not null ? 1 : 0) != 1
        )
            throw MappingFile.Invalid(
                "The mapping's party is not defined, or is defined more than once.",
                "Set exactly one of party.field, party.constant and direction.own."
            );
        LineMapping? line = mapping.Line;
        _lineIsNumber = line is { IsNumber: true };
        _scope = line is null || _lineIsNumber ? line?.Scope : line.Scope ?? throw Missing("line.scope");
        _line = SideField.Create("line", line?.Field, line?.InboundField, line?.OutboundField, Slot);
        if (line is not null && (_own is null) != _line.IsDefined)
            throw MappingFile.Invalid(
                "The mapping's line is not defined, or is defined twice.",
                "Set either line.field or direction.own."
            );

        _durations = mapping.Duration;
        _duration = _durations is null ? -1 : Slot(_durations.Field ?? throw Missing("duration.field"));
        if (_durations is { PerSecond: < 1 })
            throw MappingFile.Invalid(
                "duration.perSecond is not a positive number.",
                "Set it to 1 for seconds, or to 1000 for milliseconds."
            );
        _outcome = mapping.Outcome is null
            ? CodeReader<EventOutcome>.None
            : CodeReader<EventOutcome>.Create("outcome", mapping.Outcome, Slot);
        (_body, _summary) = (Slot(mapping.Body), Slot(mapping.Summary));
        _id = new IdReader(mapping, Slot);
        bool turns = mapping is JsonMapping { Turns: { } t } && (t.Field ?? throw Missing("turns.field")) is not null;
        _transcript = Slot(turns ? TurnsField : mapping.Transcript);
        if ((turns && mapping.Transcript is not null) || (mapping.LineIsIdentity && _id.HasId))
            throw MappingFile.Invalid(
                "The mapping sets two properties that exclude each other.",
                "Set either transcript or turns, and either externalId or lineIsIdentity."
            );
        LineIsIdentity = mapping.LineIsIdentity;
        _details = new DetailsMapper(mapping, Slot);
    }

    /// <summary>The fields that the mapping names, without repetitions.</summary>
    internal List<string> Fields { get; } = [];

    internal bool LineIsIdentity { get; }

    /// <returns>The event, or null if the record is between two lines that do not belong to the org.</returns>
    internal EventRecord? Map(
        ReadOnlySpan<string?> values,
        string raw,
        string? identity,
        long number,
        string place,
        bool commaCanGroup
    )
    {
        EventDirection direction = default;
        string? party = _constantParty;
        string? line = null;
        bool isTurned = false;
        ReadFault? fault = null;
        if (_details.IsDeletion(values))
            return MapDeletion(values, raw, number, place);
        if (_own is null)
        {
            fault = _direction.Read(values, out direction);
            if (isTurned = IsTurned(values, direction))
                direction = direction is EventDirection.Inbound ? EventDirection.Outbound : EventDirection.Inbound;
            party ??= _party.Read(values, direction);
            line = _line.Read(values, direction);
        }
        else if (!TrySides(Value(values, _from), Value(values, _to), out direction, out party, out line))
            return null;

        fault = _times.Read(TimeOf(values), number, out DateTimeOffset time, out TimeBasis basis) ?? fault;
        fault = _channel.Read(values, out EventChannel channel) ?? fault;
        fault = _outcome.Read(values, out EventOutcome outcome) ?? fault;
        TimeSpan? duration = null;
        fault = _durations?.Read(Value(values, _duration), commaCanGroup, ref outcome, out duration) ?? fault;
        fault = _details.Read(values, _lineIsNumber ? Text(line) : null, out EventDetails? details) ?? fault;
        if (fault is { } unreadable)
            return unreadable.ToRecord(raw, place);
        return new EventRecord
        {
            OccurredAt = time,
            Channel = channel,
            Direction = direction,
            DirectionBasis = isTurned ? DirectionBasis.Endpoint : BasisOf(values),
            TimeBasis = basis,
            Outcome = outcome,
            Party = string.IsNullOrWhiteSpace(party) ? null : party,
            PartyKind = _partyKind,
            OtherParties = _partyKind is PartyKind.OpaqueId ? [] : OthersIn(party),
            Member = _scope is null || string.IsNullOrEmpty(line) ? null : MemberId.FromName(_scope, line),
            Duration = duration,
            ExternalId = _id.Read(values),
            LineId = identity,
            IsOnOwnLine = _own is not null,
            Body = Value(values, _body),
            Transcript = Value(values, _transcript),
            Summary = Value(values, _summary),
            Details = details,
            Raw = raw,
            Place = place,
        };
    }

    /// <summary>The further numbers in a field with several of them.</summary>
    EventParty[] OthersIn(string? party) =>
        PartyList.Split(party) is [_, .. var others]
            ? Array.ConvertAll(others, other => new EventParty(other, PartyRole.To, _partyKind))
            : [];

    EventRecord? MapDeletion(ReadOnlySpan<string?> values, string raw, long number, string place)
    {
        string? from = Value(values, _from),
            to = Value(values, _to);
        if (
            !(string.IsNullOrEmpty(from) && string.IsNullOrEmpty(to))
            && _own is not null
            && !TrySides(from, to, out _, out _, out _)
        )
            return null;
        string? time = TimeOf(values);
        DateTimeOffset at = default;
        if (!string.IsNullOrWhiteSpace(time) && _times.Read(time, number, out at, out _) is { } unreadable)
            return unreadable.ToRecord(raw, place);
        return new EventRecord
        {
            OccurredAt = at,
            Channel = default,
            Direction = default,
            ExternalId = _id.Read(values),
            Change = RecordChange.Deleted,
            Raw = raw,
            Place = place,
        };
    }

    DirectionBasis BasisOf(ReadOnlySpan<string?> values) =>
        _own is not null ? DirectionBasis.OwnLine
        : _allAssumed ? DirectionBasis.Assumed
        : Text(Value(values, _way)) is { } text && _assumedTexts.Contains(text) ? DirectionBasis.Assumed
        : DirectionBasis.Stated;

    /// <summary>Whether the party of the stated direction is a telephone or client of the org.</summary>
    bool IsTurned(ReadOnlySpan<string?> values, EventDirection direction) =>
        _endpoints is not null
        && Text(Value(values, _way)) is { } text
        && _turnedTexts.Contains(text)
        && Text(_party.Read(values, direction)) is { } party
        && _endpoints.IsMatch(party)
        && !WithheldNumbers.Contains(PartyText.Read(party).Text);

    bool TrySides(string? from, string? to, out EventDirection direction, out string? party, out string? line)
    {
        bool outbound = from is not null && _own!.IsMatch(from);
        direction = outbound ? EventDirection.Outbound : EventDirection.Inbound;
        (line, party) = outbound ? (from, to) : (to, from);
        return outbound || (to is not null && _own!.IsMatch(to));
    }

    /// <summary>The text of the time, with the date in front if that is a field of its own.</summary>
    string? TimeOf(ReadOnlySpan<string?> values) =>
        _date < 0 || string.IsNullOrWhiteSpace(values[_date])
            ? Value(values, _time)
            : $"{values[_date]!.Trim()} {Value(values, _time)?.Trim()}";

    int Slot(string? field)
    {
        if (field is null)
            return -1;
        if (field == Unfilled)
            throw NotFilledIn("A field", "the name of a column or property");
        if (!Fields.Contains(field))
            Fields.Add(field);
        return Fields.IndexOf(field);
    }

    static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    static string? Value(ReadOnlySpan<string?> values, int slot) => slot < 0 ? null : values[slot];

    static Regex? OwnRule(DirectionMapping direction) =>
        direction.Own is null ? null
        : direction.Own != Unfilled ? MappingFile.Rule("direction.own", direction.Own)
        : throw NotFilledIn(
            "direction.own",
            "a regular expression that matches the org's own numbers, such as ^\\+4588"
        );

    /// <summary>The error for a question mark that a proposal wrote where a person has to decide.</summary>
    internal static CallIntelException NotFilledIn(string property, string value) =>
        MappingFile.Invalid(
            $"{property} of the mapping is not filled in: it is still \"{Unfilled}\".",
            $"Set it to {value}."
        );

    static CallIntelException Missing(string property) =>
        MappingFile.Invalid($"The mapping has no {property}.", $"Set {property}.");
}
