using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>Converts the dialogs of a vCon to events.</summary>
sealed class VConDialogs
{
    readonly JsonElement _vcon;
    readonly VConImportOptions _options;
    readonly string? _uuid;
    readonly DateTimeOffset? _updatedAt;
    readonly JsonElement[] _parties;
    readonly VConAnalyses _analyses;
    readonly VConOwnSide _ownSide;

    internal VConDialogs(JsonElement vcon, VConImportOptions options, Regex? own)
    {
        (_vcon, _options) = (vcon, options);
        (_uuid, _updatedAt) = (vcon.Text("uuid"), vcon.Time("updated_at"));
        _parties = [.. vcon.List("parties")];
        Reason = ReasonOf(vcon);
        (JsonElement Dialog, int Index)[] events =
        [
            .. All.Select((dialog, index) => (dialog, index)).Where(known => !IsTransfer(known.dialog)),
        ];
        _analyses = new VConAnalyses(vcon, [.. events.Select(known => known.Index)]);
        _ownSide = VConOwnSide.Find(
            _parties,
            own is null ? null : side => IsOwn(own, side),
            [.. events.Select(known => (known.Dialog, SidesOf(known.Dialog), OriginatorOf(known.Dialog)))]
        );
    }

    /// <summary>The reason why the vCon cannot be read, or null.</summary>
    internal RejectReason? Reason { get; }

    /// <summary>What is wrong with a vCon that cannot be read.</summary>
    internal string Fault =>
        Reason is RejectReason.NotAnEvent
            ? "dialog: missing or empty"
            : "parties and dialog: expected lists, in a vCon that is not encrypted";

    internal IEnumerable<JsonElement> All => _vcon.List("dialog");

    /// <summary>
    /// Analyses with words whose dialogs are not events of this vCon, and their indexes. Their words belong to no
    /// event.
    /// </summary>
    internal IEnumerable<(JsonElement Analysis, int Index)> LostAnalyses => _analyses.Lost;

    /// <summary>
    /// Whether a dialog is a transfer, which is not an event: the calls that it names are dialogs of their own.
    /// </summary>
    internal static bool IsTransfer(JsonElement dialog) => VConOwnSide.TextOf(dialog, "type") is "transfer";

    internal EventRecord Map(JsonElement dialog, int index)
    {
        string? type = dialog.Text("type"),
            disposition = dialog.Text("disposition");
        (EventChannel Channel, EventOutcome Outcome)? kind = type switch
        {
            "recording" or "audio" or "video" => (EventChannel.Call, EventOutcome.Completed),
            "text" => (
                dialog.Find("parties").ValueKind is JsonValueKind.Array && dialog.List("parties").Count() > 2
                    ? EventChannel.Mms
                    : EventChannel.Sms,
                EventOutcome.Completed
            ),
            "incomplete" => (EventChannel.Call, OutcomeOf(disposition)),
            _ => null,
        };
        if (kind is not { } known)
            return EventRecord.Unreadable(type is null ? RejectReason.Malformed : RejectReason.UnknownCode, null) with
            {
                RejectDetail = type is null ? "type of the dialog: missing" : "type of the dialog: not a known value",
            };
        int[] sides = SidesOf(dialog);
        int originator = OriginatorOf(dialog);
        int line = _ownSide.In(sides, originator),
            other = sides.FirstOrDefault(side => side != line, -1);
        bool outbound = line >= 0 && line == originator;
        // the sender of an inbound message is the party, regardless of the other people in the group
        if (!outbound && originator >= 0 && originator != line)
            other = originator;
        ProviderParty party = AddressOf(other);
        string? ownAddress = AddressOf(line).Address;
        bool isText = type == "text";
        return VConExtension.Apply(
            new EventRecord
            {
                OccurredAt = dialog.Time("start", out TimeBasis basis) ?? default,
                TimeBasis = basis,
                Channel = known.Channel,
                Direction = outbound ? EventDirection.Outbound : EventDirection.Inbound,
                DirectionBasis = line < 0 ? DirectionBasis.Assumed : _ownSide.Basis,
                Outcome = known.Outcome,
                Party = party.Address,
                PartyKind = party.Kind,
                Member = _options.MemberOf(ownAddress),
                Duration = isText ? null : dialog.Seconds("duration"),
                ExternalId =
                    dialog.Text("message_id") is { Length: > 0 } message ? message
                    : _uuid is null ? null
                    : $"{_uuid}/{index}",
                Body = isText ? JsonText.Read(dialog) : null,
                Transcript = _analyses.Transcript(index),
                Summary = _analyses.Summary(index),
                ModifiedAt = _updatedAt,
                OtherParties =
                [
                    .. sides
                        .Where(side => side != line && side != other && AddressOf(side).Address is not null)
                        .Select(side => new EventParty(AddressOf(side).Address, PartyRole.To, AddressOf(side).Kind)),
                ],
                Parts = isText ? [] : Parts(dialog),
                Details = new EventDetails
                {
                    ConversationId = SessionOf(dialog) ?? _uuid,
                    Status = disposition,
                    OwnNumber = ownAddress,
                },
            },
            dialog,
            index => index >= 0 && index < _parties.Length ? AddressOf(index) : default
        );
    }

    bool IsOwn(Regex own, int side)
    {
        try
        {
            return AddressOf(side).Address is { } address && own.IsMatch(address);
        }
        catch (InvalidOperationException)
        {
            return false; // half of a surrogate pair: the dialogs of the party are rejected
        }
    }

    static RejectReason? ReasonOf(JsonElement vcon) =>
        (vcon.Find("parties").ValueKind, vcon.Find("dialog").ValueKind, vcon.List("dialog").Any()) switch
        {
            (not JsonValueKind.Array, _, _) => RejectReason.Malformed,
            (_, JsonValueKind.Undefined or JsonValueKind.Null, _) or (_, JsonValueKind.Array, false) =>
                RejectReason.NotAnEvent,
            (_, not JsonValueKind.Array, _) => RejectReason.Malformed,
            _ => null,
        };

    /// <summary>The party that started a dialog: the one that it names, or its first one; -1 if it has none.</summary>
    int OriginatorOf(JsonElement dialog) =>
        decimal.TryParse(VConOwnSide.TextOf(dialog, "originator"), CultureInfo.InvariantCulture, out decimal o)
        && o >= 0
        && o < _parties.Length
            ? (int)o
            : SidesOf(dialog).FirstOrDefault(-1);

    int[] SidesOf(JsonElement dialog)
    {
        IEnumerable<JsonElement> indexes = dialog.Find("parties") switch
        {
            { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
            { ValueKind: JsonValueKind.Number } one => [one],
            _ => [],
        };
        int[] known =
        [
            .. indexes
                .Select(i => i.ValueKind is JsonValueKind.Number && i.TryGetInt32(out int index) ? index : -1)
                .Where(i => i >= 0 && i < _parties.Length)
                .Distinct(),
        ];
        return known.Length > 0 ? known : [.. Enumerable.Range(0, Math.Min(2, _parties.Length))];
    }

    ProviderParty AddressOf(int side)
    {
        if (side < 0)
            return default;
        JsonElement party = _parties[side];
        return ProviderParty.Read(party.Text("tel")) is { Address: not null } tel ? tel
            : (
                party.Text("sip")
                ?? party.Text("mailto")
                ?? party.Text("did")
                ?? party.Text("uuid")
                ?? party.Text("name")
            )
                is { Length: > 0 } id
                ? new ProviderParty(id, PartyKind.OpaqueId)
            : default;
    }

    static EventPart[] Parts(JsonElement dialog)
    {
        string type = dialog.Text("mediatype") ?? dialog.Text("mimetype") ?? "application/octet-stream";
        string? name = dialog.Text("filename");
        if (dialog.Text("url") is { Length: > 0 } url)
            return [new EventPart(type, url)];
        if (
            dialog.Find("body") is not { ValueKind: JsonValueKind.String } body
            || body.GetString() is not { Length: > 0 } text
        )
            return [];
        byte[] bytes =
            dialog.Text("encoding") is "base64url" && JsonText.TryDecodeBase64Url(text) is { } decoded
                ? decoded
                : Encoding.UTF8.GetBytes(text);
        string digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        return [new EventPart(type, name is null ? digest : $"{digest} {name}", bytes.Length)];
    }

    static string? SessionOf(JsonElement dialog) =>
        dialog.Text("session_id") ?? dialog.Find("session_id").Text("local");

    static EventOutcome OutcomeOf(string? disposition) =>
        disposition switch
        {
            "no-answer" or "hung-up" or "voicemail-no-message" => EventOutcome.Missed,
            "busy" => EventOutcome.Busy,
            "congestion" or "failed" => EventOutcome.Failed,
            "declined" or "rejected" => EventOutcome.Rejected,
            "blocked" => EventOutcome.Blocked,
            _ => EventOutcome.Unknown,
        };
}
