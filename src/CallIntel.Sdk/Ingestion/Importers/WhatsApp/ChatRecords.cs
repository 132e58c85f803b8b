using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>Converts the messages of a chat to events.</summary>
sealed class ChatRecords
{
    readonly WhatsAppImportOptions _options;
    readonly TimeZoneInfo _zone;
    readonly ChatSurvey _survey;
    readonly Regex? _own;
    readonly string? _owner;
    readonly bool _isOtherKnown;
    readonly RepeatedLines _repeated = new();

    internal ChatRecords(WhatsAppImportOptions options, ChatSurvey survey)
    {
        (_options, _survey) = (options, survey);
        _zone = ZoneOf(options.TimeZone);
        _own = options.OwnLines is null ? null : MappingFile.Rule("OwnLines", options.OwnLines);
        _owner = survey.Owner;
        _isOtherKnown = survey.IsOnlyOther;
    }

    internal static TimeZoneInfo ZoneOf(string? name) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone)
            ? zone
            : throw MappingFile.Invalid(
                $"Unknown time zone \"{name}\".",
                "Use an IANA name such as Europe/Copenhagen, and make sure that tzdata is installed."
            );

    /// <param name="message">The bytes of the message, with all its lines.</param>
    /// <param name="line">The number of its first line.</param>
    /// <param name="isTooLong">Whether the message is longer than the limit.</param>
    internal EventRecord Map(ReadOnlySpan<byte> message, long line, bool isTooLong)
    {
        bool isText = Utf8.IsValid(message);
        string raw = (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(message);
        EventRecord record =
            isTooLong ? Unreadable(RejectReason.TextTooLong, "the message is longer than 4 MiB")
            : !isText ? Unreadable(RejectReason.WrongEncoding, "the text is not UTF-8")
            : Map(raw);
        return record with
        {
            Raw = raw,
            Place = string.Create(CultureInfo.InvariantCulture, $"line {line}"),
            LineId = record.RejectReason is null ? _repeated.IdentityOf(message) : null,
        };
    }

    EventRecord Map(string raw)
    {
        if (ChatHead.Find(raw) is not { } head || head.Style != _survey.Style)
            return Unreadable(RejectReason.Malformed, "expected a date and time at the beginning of the line");
        if (head.TimeIn(_zone, _survey.Order, out TimeBasis basis) is not { } time)
            return Unreadable(RejectReason.Malformed, "date: expected the order of the other dates of the chat");
        (string? sender, string text) = _survey.Names.Split(head.Rest);
        ChatCall? call = ChatCall.Find(text, isSigned: sender is not null);
        // a missed call in a chat of two people does not name the other one on all phones
        if (sender is null && call is { Outcome: EventOutcome.Missed })
            sender = OnlyOther();
        if (sender is null || ChatText.IsNotice(text))
            return Unreadable(RejectReason.NotAnEvent, "a notice of WhatsApp, not a message");
        bool isOwn = _own?.IsMatch(sender) ?? sender == _owner;
        string[] others = [.. _survey.Senders.Where(person => person != sender && !IsOwn(person))];
        // in a chat of which nobody else wrote, the other person is not known
        ProviderParty party =
            !isOwn ? ChatText.PartyOf(sender)
            : others.Length > 0 ? ChatText.PartyOf(others[0])
            : default;
        ChatState state = ChatState.Of(text);
        (string? body, IReadOnlyList<EventPart> parts) =
            call is not null || state.IsDeleted ? (null, []) : ChatText.Read(state.Text);
        return new EventRecord
        {
            OccurredAt = time,
            TimeBasis = _survey.IsOrderAssumed && head.First != head.Second ? TimeBasis.AssumedOrder : basis,
            LocalOffset = time.Offset,
            Channel =
                call is not null ? EventChannel.Call
                : parts.Count > 0 ? EventChannel.Mms
                : EventChannel.Sms,
            Direction = isOwn ? EventDirection.Outbound : EventDirection.Inbound,
            DirectionBasis =
                _own is not null ? DirectionBasis.OwnLine
                : _owner is not null || _isOtherKnown ? DirectionBasis.Role
                : DirectionBasis.Assumed,
            Outcome = call?.Outcome ?? (isOwn ? EventOutcome.Sent : EventOutcome.Completed),
            Duration = call?.Duration,
            Party = party.Address,
            PartyKind = party.Kind,
            Member = _options.MemberOf(isOwn ? sender : Owner()),
            Body = body,
            Parts = parts,
            Details = (call?.Status ?? state.Status) is { } status ? new EventDetails { Status = status } : null,
            OtherParties =
            [
                .. others
                    .Skip(isOwn ? 1 : 0)
                    .Select(ChatText.PartyOf)
                    .Select(p => new EventParty(p.Address, PartyRole.To, p.Kind)),
            ],
        };
    }

    bool IsOwn(string person) => _own?.IsMatch(person) ?? person == _owner;

    /// <summary>The other person of a chat of two people. Null if it is not known who that is.</summary>
    string? OnlyOther()
    {
        string[] others = [.. _survey.Senders.Where(person => !IsOwn(person))];
        return others.Length == 1 && (_own is not null || _owner is not null || _isOtherKnown) ? others[0] : null;
    }

    string? Owner() => _owner ?? (_own is null ? null : _survey.Senders.FirstOrDefault(IsOwn));

    static EventRecord Unreadable(RejectReason reason, string detail) =>
        EventRecord.Unreadable(reason, null) with
        {
            RejectDetail = detail,
        };
}
