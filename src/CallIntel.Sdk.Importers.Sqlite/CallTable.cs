using System.Globalization;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Importers.Sqlite;

/// <summary>Reads the calls of <c>CallHistory.storedata</c>.</summary>
sealed class CallTable(PhoneDatabase database, ImportOptions options)
{
    const int MostSeconds = 31_556_952;

    static readonly string[] Columns =
    [
        "ZUNIQUE_ID",
        "ZDATE",
        "ZDURATION",
        "ZORIGINATED",
        "ZANSWERED",
        "ZADDRESS",
        "ZSERVICE_PROVIDER",
        "ZDISCONNECTED_CAUSE",
        "ZLOCAL_ADDRESS",
    ];

    internal IEnumerable<EventRecord> Read()
    {
        string columns = string.Join(", ", Columns.Where(column => database.Has("ZCALLRECORD", column)));
        foreach (PhoneRow row in database.Read($"select Z_PK, {columns} from ZCALLRECORD order by Z_PK"))
            yield return Map(row) with
            {
                Raw = row.ToJson(),
                Place = string.Create(CultureInfo.InvariantCulture, $"call {row.Text("Z_PK")}"),
            };
    }

    EventRecord Map(PhoneRow row)
    {
        if (row.Time("ZDATE") is not { } time)
            return row.Text("ZDATE") is null
                ? Unreadable(RejectReason.MissingTime, "ZDATE: missing")
                : Unreadable(RejectReason.Malformed, "ZDATE: expected seconds since 2001");
        if (row.Text("ZORIGINATED") is null)
            return Unreadable(RejectReason.UnknownCode, "ZORIGINATED: missing");
        decimal seconds = row.Number("ZDURATION") ?? 0;
        if (Math.Abs(seconds) > MostSeconds)
            return Unreadable(RejectReason.DurationOutOfRange, "ZDURATION: longer than a year");
        bool outbound = row.IsTrue("ZORIGINATED");
        bool isAnswered = seconds > 0 || (!outbound && row.IsTrue("ZANSWERED"));
        string? own = row.Text("ZLOCAL_ADDRESS");
        return new EventRecord
        {
            OccurredAt = time,
            Channel = EventChannel.Call,
            Direction = outbound ? EventDirection.Outbound : EventDirection.Inbound,
            Outcome = isAnswered ? EventOutcome.Completed : EventOutcome.Missed,
            Party = row.Text("ZADDRESS"),
            PartyKind = PartyKind.NumberOrId,
            Member = options.MemberOf(own),
            Duration = isAnswered ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null,
            ExternalId = row.Text("ZUNIQUE_ID"),
            Details =
                own is null && row.Text("ZSERVICE_PROVIDER") is null
                    ? null
                    : new EventDetails { OwnNumber = own, Status = row.Text("ZSERVICE_PROVIDER") },
        };
    }

    static EventRecord Unreadable(RejectReason reason, string detail) =>
        EventRecord.Unreadable(reason, null) with
        {
            RejectDetail = detail,
        };
}
