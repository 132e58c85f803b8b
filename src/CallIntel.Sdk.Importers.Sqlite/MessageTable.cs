using System.Globalization;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Importers.Sqlite;

/// <summary>Reads the messages of <c>sms.db</c>.</summary>
sealed class MessageTable(PhoneDatabase database, ImportOptions options)
{
    /// <summary>The character that stands for an attachment in the text.</summary>
    const char AttachmentMark = '\uFFFC';

    const int MostParties = 1000,
        FirstReaction = 2000;

    static readonly string[] Columns =
    [
        "guid",
        "text",
        "attributedBody",
        "subject",
        "service",
        "date",
        "is_from_me",
        "is_sent",
        "is_delivered",
        "error",
        "item_type",
        "associated_message_type",
        "destination_caller_id",
        "cache_has_attachments",
    ];

    readonly Dictionary<string, List<string>> _people = [];

    internal IEnumerable<EventRecord> Read()
    {
        ReadPeople();
        bool hasChats = database.Has("chat_message_join", "chat_id");
        string columns = string.Join(
            ", ",
            Columns.Where(column => database.Has("message", column)).Select(column => "m." + column)
        );
        string query =
            $"select m.ROWID as row, {columns}, h.id as handle"
            + (
                hasChats
                    ? ", (select min(j.chat_id) from chat_message_join j where j.message_id = m.ROWID) as chat"
                    : ", null as chat"
            )
            + " from message m left join handle h on h.ROWID = m.handle_id order by m.ROWID";
        foreach (PhoneRow row in database.Read(query))
            yield return Map(row) with
            {
                Raw = row.ToJson(),
                Place = string.Create(CultureInfo.InvariantCulture, $"message {row.Text("row")}"),
            };
    }

    /// <summary>Reads the people of each chat, who are the receivers of the messages that the phone sent.</summary>
    void ReadPeople()
    {
        if (!database.Has("chat_handle_join", "chat_id"))
            return;
        foreach (
            PhoneRow row in database.Read(
                "select j.chat_id as chat, h.id as handle from chat_handle_join j "
                    + "join handle h on h.ROWID = j.handle_id order by j.chat_id, j.handle_id"
            )
        )
        {
            string chat = row.Text("chat") ?? "";
            if (!_people.TryGetValue(chat, out List<string>? people))
                _people.Add(chat, people = []);
            if (people.Count < MostParties && row.Text("handle") is { } handle)
                people.Add(handle);
        }
    }

    EventRecord Map(PhoneRow row)
    {
        if (row.Time("date") is not { } time)
            return row.Text("date") is null
                ? Unreadable(RejectReason.MissingTime, "date: missing")
                : Unreadable(RejectReason.Malformed, "date: expected seconds or nanoseconds since 2001");
        if (row.IsTrue("item_type"))
            return Unreadable(RejectReason.NotAnEvent, "item_type: a change of the group, not a message");
        if (row.Number("associated_message_type") >= FirstReaction)
            return Unreadable(RejectReason.NotAnEvent, "associated_message_type: a reaction, not a message");
        string? text = row.Text("text");
        if (text is null && row.Bytes("attributedBody") is { } attributed)
        {
            text = AttributedText.Find(attributed);
            if (text is null)
                return Unreadable(RejectReason.Malformed, "attributedBody: expected an NSString");
        }
        EventPart[] parts = [.. PartsOf(row)];
        bool outbound = row.IsTrue("is_from_me");
        string? sender = row.Text("handle"),
            own = row.Text("destination_caller_id");
        string[] people =
        [
            .. (row.Text("chat") is { } chat ? _people.GetValueOrDefault(chat, []) : []).Where(person =>
                person != sender
            ),
        ];
        string? party = sender ?? (outbound ? people.FirstOrDefault() : null);
        string? body = text?.Replace($"{AttachmentMark}", "", StringComparison.Ordinal).Trim();
        return new EventRecord
        {
            OccurredAt = time,
            Channel = parts.Length > 0 ? EventChannel.Mms : EventChannel.Sms,
            Direction = outbound ? EventDirection.Outbound : EventDirection.Inbound,
            Outcome = OutcomeOf(row, outbound),
            Party = party,
            PartyKind = PartyKind.NumberOrId,
            Member = options.MemberOf(own),
            ExternalId = row.Text("guid"),
            Body = string.IsNullOrEmpty(body) ? null : body,
            Parts = parts,
            OtherParties =
            [
                .. people
                    .Where(person => person != party)
                    .Select(person => new EventParty(person, PartyRole.To, PartyKind.NumberOrId)),
            ],
            Details =
                own is null && row.Text("service") is null
                    ? null
                    : new EventDetails { OwnNumber = own, Status = row.Text("service") },
        };
    }

    IEnumerable<EventPart> PartsOf(PhoneRow row)
    {
        if (!row.IsTrue("cache_has_attachments") || !database.Has("message_attachment_join", "attachment_id"))
            yield break;
        foreach (
            PhoneRow part in database.Read(
                "select a.* from message_attachment_join j join attachment a on a.ROWID = j.attachment_id "
                    + "where j.message_id = $row order by a.ROWID",
                ("$row", row.Text("row")!)
            )
        )
            yield return new EventPart(
                part.Text("mime_type") ?? "application/octet-stream",
                part.Text("transfer_name") ?? part.Text("filename")?.Split('/')[^1] ?? "without a name",
                part.Number("total_bytes") is >= 0 and < long.MaxValue and var size ? (long)size : null
            );
    }

    static EventOutcome OutcomeOf(PhoneRow row, bool outbound) =>
        !outbound ? EventOutcome.Completed
        : row.IsTrue("error") ? EventOutcome.Failed
        : row.IsTrue("is_delivered") ? EventOutcome.Completed
        : row.IsTrue("is_sent") ? EventOutcome.Sent
        : EventOutcome.Unknown;

    static EventRecord Unreadable(RejectReason reason, string detail) =>
        EventRecord.Unreadable(reason, null) with
        {
            RejectDetail = detail,
        };
}
