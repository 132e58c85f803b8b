using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files.Markup;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Android;

/// <summary>Collects the parts and addresses of an <c>mms</c> element, and converts it to an event.</summary>
sealed class AndroidMms
{
    const int MostChildren = 1000,
        MostText = MarkupReader.MaxTagBytes;
    const string From = AndroidOwnNumber.From,
        Cc = "130",
        Bcc = "129";

    readonly AndroidImportOptions _options;
    readonly AndroidOwnNumber _ownNumber;
    readonly string _place;
    readonly string? _date,
        _box,
        _type,
        _id;
    readonly string[] _thread;
    readonly List<(string Address, string? Type)> _addresses = [];
    readonly List<EventPart> _parts = [];
    readonly StringBuilder _text = new();
    RejectReason? _reason;
    int _kept;

    /// <param name="mms">The reader, at the start tag of the element.</param>
    /// <param name="options">The options of the import.</param>
    /// <param name="ownNumber">The number of the phone, as far as it is known.</param>
    /// <param name="place">The position of the element in the file.</param>
    /// <param name="isBroken">
    /// Whether the start tag is malformed. The child elements still belong to the element.
    /// </param>
    internal AndroidMms(
        MarkupReader mms,
        AndroidImportOptions options,
        AndroidOwnNumber ownNumber,
        string place,
        bool isBroken
    )
        : this(name => mms[name], options, ownNumber, place) =>
        _reason ??= mms.Reason ?? (isBroken ? RejectReason.Malformed : null);

    /// <param name="value">Returns the value of a field of the Android database, or null.</param>
    /// <param name="options">The options of the import.</param>
    /// <param name="ownNumber">The number of the phone, as far as it is known.</param>
    /// <param name="place">The position of the message in the file.</param>
    internal AndroidMms(
        Func<string, string?> value,
        AndroidImportOptions options,
        AndroidOwnNumber ownNumber,
        string place
    )
    {
        (_options, _ownNumber, _place) = (options, ownNumber, place);
        (_date, _box, _type, _id) = (
            value("date"),
            value("msg_box"),
            value("m_type"),
            Known(value("m_id")) ?? Known(value("tr_id"))
        );
        _thread = value("address")?.Split('~', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            ?? [];
        // RCS keeps binary data in the subject
        if (Known(value("sub")) is { } subject && !subject.StartsWith("proto:", StringComparison.Ordinal))
            _text.Append(subject);
        if (_thread.Length > MostChildren)
            _reason ??= RejectReason.TextTooLong;
    }

    internal void Take(MarkupToken token, MarkupReader reader, PictureDigest picture)
    {
        if (_reason is not null)
            return; // the message is rejected
        if (
            token is MarkupToken.Broken
            || reader.Reason is not null
            || _parts.Count + _addresses.Count == MostChildren
            || _kept > MostText
        )
            _reason = reader.Reason
                ?? (token is MarkupToken.Broken ? RejectReason.Malformed : RejectReason.TextTooLong);
        else if (reader.Name == "addr")
            TakeAddress(reader["address"], reader["type"]);
        else if (reader.Name == "part")
            TakePart(name => reader[name], picture.Finish(), picture.Length);
    }

    /// <summary>Whether the message has more parts and addresses than are read.</summary>
    internal bool IsFull
    {
        get
        {
            if (_parts.Count + _addresses.Count >= MostChildren || _kept > MostText)
                _reason ??= RejectReason.TextTooLong;
            return _reason is not null;
        }
    }

    internal void TakeAddress(string? address, string? type)
    {
        if (Known(address) is not { } known)
            return;
        _addresses.Add((known, type));
        _kept += known.Length + (type?.Length ?? 0);
    }

    /// <param name="value">Returns the value of a field of the part, or null.</param>
    /// <param name="digest">The digest of the attachment in hexadecimal; null if the backup does not have it.</param>
    /// <param name="size">The size of the attachment in bytes.</param>
    internal void TakePart(Func<string, string?> value, string? digest, long size)
    {
        string type = Known(value("ct")) ?? "application/octet-stream";
        if (type == "application/smil")
            return; // the layout of the other parts
        if (type == "text/plain" && Known(value("text")) is { } text)
        {
            if (_text.Length + text.Length > MostText)
                _reason = RejectReason.TextTooLong;
            else
                _text.Append(_text.Length > 0 ? "\n" : "").Append(text);
            return;
        }
        string? name = Known(value("name")) ?? Known(value("cl")) ?? Known(value("fn"));
        _kept += type.Length + (name?.Length ?? 0);
        _parts.Add(
            digest is null
                ? new EventPart(type, name ?? "not in the backup")
                : new EventPart(type, name is null ? $"sha256:{digest}" : $"sha256:{digest} {name}", size)
        );
    }

    /// <param name="isWhole">Whether the end tag of the element was read.</param>
    /// <param name="raw">The element as it is in the file.</param>
    internal EventRecord ToRecord(bool isWhole, string raw) => Map(isWhole) with { Raw = raw, Place = _place };

    EventRecord Map(bool isWhole)
    {
        if (_reason is not null || !isWhole)
            return AndroidRecord.Unreadable(_reason ?? RejectReason.Malformed, FaultOf(_reason));
        if (!IsMessage(_type))
            return AndroidRecord.Unreadable(RejectReason.NotAnEvent, "m_type: a report or confirmation, not a message");
        if (AndroidRecord.Time(_date) is not { } time)
            return AndroidRecord.Unreadable(_date);
        (EventDirection Direction, EventOutcome Outcome)? box = (_box, _type) switch
        {
            ("1", _) or (null, "132" or "130") => (EventDirection.Inbound, EventOutcome.Completed),
            ("2", _) or (null, "128") => (EventDirection.Outbound, EventOutcome.Sent),
            ("4", _) => (EventDirection.Outbound, EventOutcome.Unknown),
            ("5", _) => (EventDirection.Outbound, EventOutcome.Failed),
            _ => null,
        };
        if (box is not { } known)
            return _box == "3"
                ? AndroidRecord.Unreadable(RejectReason.NotAnEvent, "msg_box: a draft")
                : AndroidRecord.Unreadable(RejectReason.UnknownCode, "msg_box: not a known value");

        string? sender = _addresses.Find(a => a.Type == From).Address;
        if (known.Direction is EventDirection.Outbound)
            _ownNumber.Sent(sender);
        string[] people = [.. _thread.Where(a => Party(a) is not null && IsPerson(a))];
        string? own = _options.OwnNumber ?? OwnAmongAddresses(known.Direction, sender, people);
        string[] others =
            people.Length > 0
                ? people
                :
                [
                    .. _addresses
                        .Where(a => a.Type != From && !IsSame(a.Address, own) && Party(a.Address) is not null)
                        .Select(a => a.Address),
                ];
        string? party =
            known.Direction is EventDirection.Inbound
                ? Party(sender) ?? others.FirstOrDefault()
                : others.FirstOrDefault();
        string? body = _text.Length == 0 ? null : _text.ToString();
        return AndroidRecord.Common(
            time,
            EventChannel.Mms,
            known.Direction,
            known.Outcome,
            ProviderParty.Read(party),
            _options
        ) with
        {
            Body = body,
            OtherParties =
            [
                .. others
                    .Where(a => !IsSame(a, party) && !IsSame(a, own) && Party(a) is not null)
                    .Select(a => new EventParty(a, RoleOf(a), Contacts.PartyKind.NumberOrId)),
            ],
            Parts = _parts,
            // the parts distinguish messages without text
            LineId = IdentityOf(time, body),
            Details = own is null ? null : new EventDetails { OwnNumber = own },
        };
    }

    static string FaultOf(RejectReason? reason) =>
        reason switch
        {
            null => "the end tag of the message is missing",
            RejectReason.Malformed => AndroidRecord.BrokenTag,
            RejectReason.TextTooLong => "the message has more text, parts or addresses than the limit",
            _ => AndroidRecord.BrokenText,
        };

    /// <summary>
    /// Whether the type of a message is one that carries a message, and not for example a delivery report. Some tools
    /// write no type, or zero.
    /// </summary>
    static bool IsMessage(string? type) =>
        Known(type) is null or "0" or "128" or "130" or "132"
        || !int.TryParse(type, NumberStyles.None, CultureInfo.InvariantCulture, out int code)
        || code is < 128 or > 151;

    /// <summary>
    /// Whether an address of the thread is one of a person. RCS writes an id of the thread instead of the addresses;
    /// the list of addresses then names the people.
    /// </summary>
    bool IsPerson(string address) =>
        address.All(c => char.IsAsciiDigit(c) || "+-() .*#".Contains(c, StringComparison.Ordinal))
        || !_addresses.Exists(a => Party(a.Address) is not null)
        || _addresses.Exists(a => IsSame(a.Address, address));

    /// <summary>The address of the phone: the one that is not in the list of the other addresses.</summary>
    string? OwnAmongAddresses(EventDirection direction, string? sender, string[] people)
    {
        if (direction is EventDirection.Outbound)
            return Party(sender);
        string[] receivers =
        [
            .. _addresses
                .Where(a =>
                    a.Type != From && !people.Any(other => IsSame(other, a.Address)) && !IsSame(a.Address, sender)
                )
                .Select(a => a.Address),
        ];
        // without the addresses of the thread, any of several receivers can be the phone
        return people.Length > 0 || receivers.Length == 1
            ? receivers.FirstOrDefault()
            : Array.Find(receivers, receiver => IsSame(receiver, _ownNumber.Value));
    }

    PartyRole RoleOf(string address) =>
        _addresses.Find(a => IsSame(a.Address, address)).Type switch
        {
            From => PartyRole.From,
            Cc => PartyRole.Cc,
            Bcc => PartyRole.Bcc,
            _ => PartyRole.To,
        };

    string IdentityOf(DateTimeOffset time, string? body)
    {
        string parts = string.Join('|', _parts.Select(p => $"{p.MediaType} {p.Reference}")),
            thread = string.Join('~', _thread.Order(StringComparer.Ordinal));
        byte[] facts = Encoding.UTF8.GetBytes($"{time.ToUnixTimeMilliseconds()}|{_box}|{_id}|{thread}|{parts}|{body}");
        return Convert.ToHexStringLower(SHA256.HashData(facts).AsSpan(0, 16));
    }

    /// <summary>Whether two spellings mean the same number: their last eight digits are equal.</summary>
    static bool IsSame(string? one, string? other)
    {
        if (one is null || other is null)
            return false;
        string a = Digits(one),
            b = Digits(other);
        return a.Length >= 8 && b.Length >= 8
            ? a.AsSpan(a.Length - 8).SequenceEqual(b.AsSpan(b.Length - 8))
            : string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }

    static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    static string? Party(string? address) => ProviderParty.Read(address).Address;

    /// <summary>The value, or null if it is missing. The app writes missing values as <c>null</c>.</summary>
    static string? Known(string? value) => value is null or "" or "null" ? null : value;
}
