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
    const string From = "137",
        Cc = "130",
        Bcc = "129";

    readonly AndroidImportOptions _options;
    readonly string _place,
        _raw;
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
    /// <param name="place">The position of the element in the file.</param>
    /// <param name="isBroken">
    /// Whether the start tag is malformed. The child elements still belong to the element.
    /// </param>
    internal AndroidMms(MarkupReader mms, AndroidImportOptions options, string place, bool isBroken)
    {
        (_options, _place, _raw, _reason) = (
            options,
            place,
            Encoding.Latin1.GetString(mms.Raw),
            mms.Reason ?? (isBroken ? RejectReason.Malformed : null)
        );
        (_date, _box, _type, _id) = (
            mms["date"],
            mms["msg_box"],
            mms["m_type"],
            Known(mms["m_id"]) ?? Known(mms["tr_id"])
        );
        _thread = mms["address"]?.Split('~', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            ?? [];
        if (Known(mms["sub"]) is { } subject)
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
        else if (reader.Name == "addr" && Known(reader["address"]) is { } address)
        {
            _addresses.Add((address, reader["type"]));
            _kept += address.Length + (reader["type"]?.Length ?? 0);
        }
        else if (reader.Name == "part")
            TakePart(reader, picture);
    }

    void TakePart(MarkupReader part, PictureDigest picture)
    {
        string type = Known(part["ct"]) ?? "application/octet-stream";
        if (type == "application/smil")
            return; // the layout of the other parts
        if (type == "text/plain" && Known(part["text"]) is { } text)
        {
            if (_text.Length + text.Length > MostText)
                _reason = RejectReason.TextTooLong;
            else
                _text.Append(_text.Length > 0 ? "\n" : "").Append(text);
            return;
        }
        string? name = Known(part["name"]) ?? Known(part["cl"]) ?? Known(part["fn"]);
        _kept += type.Length + (name?.Length ?? 0);
        if (picture.Finish() is { } digest)
            _parts.Add(
                new EventPart(type, name is null ? $"sha256:{digest}" : $"sha256:{digest} {name}", picture.Length)
            );
        else
            _parts.Add(new EventPart(type, name ?? "not in the backup"));
    }

    /// <param name="isWhole">Whether the end tag of the element was read.</param>
    internal EventRecord ToRecord(bool isWhole) => Map(isWhole) with { Raw = _raw, Place = _place };

    EventRecord Map(bool isWhole)
    {
        if (_reason is not null || !isWhole)
            return EventRecord.Unreadable(_reason ?? RejectReason.Malformed, null);
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
            return EventRecord.Unreadable(_box == "3" ? RejectReason.NotAnEvent : RejectReason.UnknownCode, null);

        string? sender = _addresses.Find(a => a.Type == From).Address;
        string? own = _options.OwnNumber ?? OwnAmongAddresses(known.Direction, sender);
        string? party =
            known.Direction is EventDirection.Inbound
                ? Party(sender) ?? _thread.FirstOrDefault()
                : _thread.FirstOrDefault();
        IEnumerable<string> others =
            _thread.Length > 0 ? _thread : _addresses.Where(a => a.Type != From).Select(a => a.Address);
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
                    .Where(a => !IsSame(a, party) && !IsSame(a, own))
                    .Select(a => new EventParty(a, RoleOf(a), Contacts.PartyKind.NumberOrId)),
            ],
            Parts = _parts,
            // the parts distinguish messages without text
            LineId = IdentityOf(time, body),
            Details = own is null ? null : new EventDetails { OwnNumber = own },
        };
    }

    /// <summary>The address of the phone: the one that is not in the list of the other addresses.</summary>
    string? OwnAmongAddresses(EventDirection direction, string? sender) =>
        direction is EventDirection.Outbound
            ? Party(sender)
            : _addresses
                .Find(a =>
                    a.Type != From && !_thread.Any(other => IsSame(other, a.Address)) && !IsSame(a.Address, sender)
                )
                .Address;

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
